import type { NoUpdate } from './find-updates.ts'
import type { VersionName } from '../../nodes/node.ts'

/**
 * What became of one version: `proposed` to people, who may start it; `rolled-out`; `went-back` by the rollout's own
 * decision; `refused` before anything was changed.
 */
export type UpdateStatus = 'proposed' | 'rolled-out' | 'went-back' | 'refused'

export interface UpdateOutcome extends VersionName {
  readonly stableVersion: string
  readonly status: UpdateStatus
  /** A sentence for people. */
  readonly reason: string
  /** The workflow of its rollout, where there was one. */
  readonly rolloutId?: string
}

/** What one model update did; JSON-safe. */
export interface ModelUpdateReport {
  /** `nothing-new`, else the most that happened. */
  readonly result: UpdateStatus | 'nothing-new'
  readonly outcomes: readonly UpdateOutcome[]
  /** Models that get no other version, and why. */
  readonly none: readonly NoUpdate[]
}

/** The first that occurs names the whole. */
const ORDER: readonly UpdateStatus[] = ['went-back', 'refused', 'rolled-out', 'proposed']

export function updateReport(
  outcomes: readonly UpdateOutcome[],
  none: readonly NoUpdate[],
): ModelUpdateReport {
  const result = ORDER.find((status) => outcomes.some((outcome) => outcome.status === status))
  return { result: result ?? 'nothing-new', outcomes, none }
}

/** Shows a model update as Markdown for the details of its workflow in the Temporal UI. */
export function updateMarkdown({ outcomes, none }: ModelUpdateReport): string {
  const lines = outcomes.map(({ model, version, stableVersion, status, reason, rolloutId }) => {
    const where = rolloutId === undefined ? '' : ` (${rolloutId})`
    return `- **${model}** ${stableVersion} → ${version}: ${status}${where}. ${reason}`
  })
  return [
    outcomes.length === 0 ? 'No version is new.' : `**${outcomes.length}** versions are new.`,
    ...(lines.length === 0 ? [] : ['', ...lines]),
    ...(none.length === 0 ? [] : ['', ...none.map(({ model, reason }) => `- ${model} ${reason}`)]),
  ].join('\n')
}
