import type { HealthEvent, HealthRules } from '../../domain/maintenance/health/health-state.ts'
import { type CheckedVersion, checkedVersionKey } from '../../domain/maintenance/health/version-health.ts'
import { type Finding, isBusyEverywhere } from '../../domain/maintenance/health/inspect.ts'
import { findingOf, type ProbeOutcome } from '../../domain/maintenance/health/probe.ts'
import {
  type InspectedVersion,
  type InspectionDeps,
  inspectVersions,
  type InspectVersionsInput,
} from './inspect-versions.ts'
import type { MeasuredCalls } from '../../domain/maintenance/health/thresholds.ts'
import type { NodesView } from '../../domain/nodes/known-node.ts'
import type { RecordedHealth, VersionHealthStore } from '../../store/routing/version-health.ts'

export interface HealthCheckActivityDeps extends InspectionDeps {
  readonly versionHealth: VersionHealthStore
}

/** What became of one version in a check. */
export interface CheckResult extends CheckedVersion {
  readonly finding: Finding
  readonly outcome?: ProbeOutcome
  readonly calls?: Pick<MeasuredCalls, 'good' | 'bad'>
}

export interface RecordHealthInput {
  /** The same check again changes nothing. */
  readonly checkId: string
  readonly rules: HealthRules
  readonly results: readonly CheckResult[]
}

/** How a version stands after a check; `missed`: why nothing was found out. */
export interface HealthRecord extends RecordedHealth {
  readonly missed?: string
}

/** What a health check looks at and writes down. */
export function createHealthCheckActivities(deps: HealthCheckActivityDeps) {
  return {
    /** Looks at every version in use without sending anything to it. */
    inspectVersions: async (
      input: InspectVersionsInput,
    ): Promise<{ readonly versions: readonly InspectedVersion[] }> => ({
      versions: await inspectVersions(deps, input),
    }),

    /** Takes in what was found out. May be run twice. */
    recordHealth: async ({
      checkId,
      rules,
      results,
    }: RecordHealthInput): Promise<{ readonly records: readonly HealthRecord[] }> => {
      const isInDoubt = results.some(({ outcome }) => outcome?.status === 'not-taken')
      const view = isInDoubt ? await deps.nodes.read() : undefined
      const judged = results.map((result) => ({ ...result, finding: finalFinding(result, view) }))
      const recorded = await deps.versionHealth.record({
        checkId,
        rules,
        checked: judged.map((result) => ({ ...nameOf(result), events: eventsOf(result) })),
      })
      const missed = new Map(
        judged.map((result) => [checkedVersionKey(result), missedReason(result.finding)]),
      )
      return {
        records: recorded.map((one) => {
          const reason = missed.get(checkedVersionKey(one))
          return reason === undefined ? one : { ...one, missed: reason }
        }),
      }
    },
  }
}

export type HealthCheckActivities = ReturnType<typeof createHealthCheckActivities>

function finalFinding(result: CheckResult, view: NodesView | undefined): Finding {
  const { finding, outcome } = result
  if (outcome === undefined) return finding
  return findingOf(outcome, view !== undefined && isBusyEverywhere(view, result))
}

/** What its users met comes before what the check found. */
function eventsOf({ finding, calls }: CheckResult): readonly HealthEvent[] {
  const counted: readonly HealthEvent[] =
    calls === undefined ? [] : [{ kind: 'calls-counted', goodCalls: calls.good, badCalls: calls.bad }]
  return [...counted, checkEvent(finding)]
}

function checkEvent(finding: Finding): HealthEvent {
  switch (finding.status) {
    case 'passed':
      return { kind: 'check-passed' }
    case 'failed':
      return { kind: 'check-failed', reason: finding.reason }
    case 'missed':
      return { kind: 'check-missed' }
  }
}

function missedReason(finding: Finding): string | undefined {
  return finding.status === 'missed' ? finding.reason : undefined
}

function nameOf({ model, version, endpoint }: CheckedVersion): CheckedVersion {
  return { model, version, endpoint }
}
