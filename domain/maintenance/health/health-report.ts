import { markdownCell } from '../../markdown-cell.ts'
import type { CheckedVersion } from './version-health.ts'
import type { HealthStatus } from './health-state.ts'

/** How one version stands after a check. */
export interface ReportedVersion extends CheckedVersion {
  readonly status: HealthStatus
  readonly before: HealthStatus
  readonly reason?: string
  readonly sharePercent: number
  /** Why nothing was found out about it. */
  readonly missed?: string
}

/** Something that was, or was not, done by itself. */
export interface ReportedRemediation {
  readonly model: string
  readonly version: string
  readonly kind: string
  /** The workflow that does it; absent where it is held back. */
  readonly workflowId?: string
  /** Why it is held back. */
  readonly held?: string
}

/** What one health check found; JSON-safe. */
export interface HealthCheckReport {
  /** `fine`: all healthy; `unwell`: one is not; `changed`: one is not as it was. */
  readonly result: 'fine' | 'unwell' | 'changed'
  readonly checked: number
  readonly versions: readonly ReportedVersion[]
  readonly remediations: readonly ReportedRemediation[]
  readonly isDryRun?: boolean
}

export function healthReport(
  versions: readonly ReportedVersion[],
  remediations: readonly ReportedRemediation[],
): HealthCheckReport {
  const isChanged = versions.some(({ status, before }) => status !== before)
  const isUnwell = versions.some(({ status }) => status !== 'healthy')
  return {
    result: isChanged ? 'changed' : isUnwell ? 'unwell' : 'fine',
    checked: versions.length,
    versions,
    remediations,
  }
}

/** Shows a health check as Markdown for the details of its workflow in the Temporal UI. */
export function healthMarkdown({ versions, remediations, isDryRun }: HealthCheckReport): string {
  const head = versions.length === 0 ? 'No version is in use.' : `**${versions.length}** versions looked at.`
  return [
    isDryRun === true ? `${head} A dry run: nothing was changed.` : head,
    '',
    '| version | endpoint | status | share | why |',
    '| --- | --- | --- | ---: | --- |',
    ...versions.map(versionRow),
    ...(remediations.length === 0 ? [] : ['', '**Remediation**', ...remediations.map(remediationLine)]),
  ].join('\n')
}

function versionRow(version: ReportedVersion): string {
  const { model, endpoint, status, before, sharePercent, reason, missed } = version
  const change = status === before ? status : `**${before} → ${status}**`
  const why = missed === undefined ? (reason ?? '') : `not checked: ${missed}`
  return `| ${model} ${version.version} | ${endpoint} | ${change} | ${sharePercent} % | ${markdownCell(why)} |`
}

function remediationLine({ model, version, kind, workflowId, held }: ReportedRemediation): string {
  const what = `- ${kind} of ${model} ${version}`
  return held === undefined ? `${what}: ${workflowId ?? ''}` : `${what} is held back: ${markdownCell(held)}`
}
