import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow'
import {
  type HealthCheckReport,
  healthMarkdown,
  healthReport,
  type ReportedVersion,
} from '../../domain/maintenance/health/health-report.ts'
import { findingOf } from '../../domain/maintenance/health/probe.ts'
import type { CheckResult } from '../../activities/maintenance/health-check.ts'
import type { HealthCheckInput } from './maintenance-contract.ts'
import { healthChecks } from '../maintenance-proxies.ts'
import type { HealthCheckRequest } from '../../domain/maintenance/health/health-check-request.ts'
import type { InspectedVersion } from '../../activities/maintenance/inspect-versions.ts'
import { MAINTENANCE_ATTRIBUTES } from './search-attributes.ts'
import { openProbeDesks, probeVersion } from './probe-version.ts'
import { readHealthCheckInput } from '../inputs/maintenance-input.ts'
import { startRemediations } from './start-remediations.ts'

/** More at once would crowd the history's workflow tasks. */
const PROBED_AT_ONCE = 40

/**
 * Looks at every version in use at its endpoint, asks those that it may for one token, and takes out of routing what
 * failed several times in a row; what passes again comes back little by little. From the Temporal UI: `{}`, or
 * `{"models": ["chat-small"], "dryRun": true}`. A schedule starts it again and again.
 */
export async function healthCheck(input?: HealthCheckInput): Promise<HealthCheckReport> {
  const request = readHealthCheckInput(input)
  setCurrentDetails('Looks at every version in use.')
  const { models, probes, thresholds } = request
  const { versions } = await healthChecks.inspectVersions({
    ...(models === undefined ? {} : { models }),
    probes,
    thresholds,
  })
  const results = await probeAll(versions, request)
  const report = request.dryRun
    ? { ...healthReport(results.map(dryVersion), []), isDryRun: true }
    : await record(versions, results, request)
  setCurrentDetails(healthMarkdown(report))
  upsertSearchAttributes([{ key: MAINTENANCE_ATTRIBUTES.result, value: report.result }])
  return report
}

async function probeAll(
  versions: readonly InspectedVersion[],
  { timeoutMs, probes }: HealthCheckRequest,
): Promise<readonly CheckResult[]> {
  const desks = openProbeDesks()
  const results: CheckResult[] = []
  for (let start = 0; start < versions.length; start += PROBED_AT_ONCE) {
    const group = versions.slice(start, start + PROBED_AT_ONCE)
    // oxlint-disable-next-line no-await-in-loop -- group after group
    const probed = await Promise.all(
      group.map(async (version): Promise<CheckResult> => {
        const outcome = await probeVersion(version, { timeoutMs, tenant: probes.tenant }, desks)
        return { ...resultOf(version), ...(outcome === undefined ? {} : { outcome }) }
      }),
    )
    results.push(...probed)
  }
  return results
}

function resultOf({ model, version, endpoint, finding, calls }: InspectedVersion): CheckResult {
  return { model, version, endpoint, finding, ...(calls === undefined ? {} : { calls }) }
}

async function record(
  versions: readonly InspectedVersion[],
  results: readonly CheckResult[],
  request: HealthCheckRequest,
): Promise<HealthCheckReport> {
  const { runId } = workflowInfo()
  const { records } = await healthChecks.recordHealth({ checkId: runId, rules: request.rules, results })
  const remediations = await startRemediations(versions, records, request.remediation)
  return healthReport(
    records.map(({ consecutive: _figure, changedAtMs: _since, checkedAtMs: _at, ...reported }) => reported),
    remediations,
  )
}

/** What would have been written down. */
function dryVersion({ model, version, endpoint, finding, outcome }: CheckResult): ReportedVersion {
  const found = outcome === undefined ? finding : findingOf(outcome, false)
  return {
    model,
    version,
    endpoint,
    status: found.status === 'failed' ? 'failing' : 'healthy',
    before: 'healthy',
    ...(found.status === 'failed' ? { reason: found.reason } : {}),
    ...(found.status === 'missed' ? { missed: found.reason } : {}),
    sharePercent: 100,
  }
}
