import { formatUtc } from '../format-utc.ts'

/** What one sweep over the open attempts of the ledger did. */
export interface SweepResult {
  /** Open attempts that were old enough to be looked at. */
  readonly examined: number
  /** Those whose workflow run was over: closed as ambiguous. */
  readonly closed: number
  /** Those of whose run nothing could be learnt; they stay open, and the next sweep asks again. */
  readonly undecided: number
}

/** The sweeper as it stands. */
export interface SweepStatus {
  /** Sweeps since the workflow was started, over all its runs. */
  readonly sweeps: number
  /** Attempts that they closed together. */
  readonly closedInAll: number
  /** The last sweep; absent before the first one has ended. */
  readonly last?: SweepResult & { readonly endedAtMs: number }
}

/** Two parts of one sweep together. */
export function addSweeps(left: SweepResult, right: SweepResult): SweepResult {
  return {
    examined: left.examined + right.examined,
    closed: left.closed + right.closed,
    undecided: left.undecided + right.undecided,
  }
}

/** The status after one more sweep. */
export function afterSweep(status: SweepStatus, result: SweepResult, endedAtMs: number): SweepStatus {
  const { examined, closed, undecided } = result
  return {
    sweeps: status.sweeps + 1,
    closedInAll: status.closedInAll + closed,
    last: { examined, closed, undecided, endedAtMs },
  }
}

/** Shows the sweeper as Markdown for the details of its workflow in the Temporal UI. */
export function sweepMarkdown({ sweeps, closedInAll, last }: SweepStatus): string {
  if (last === undefined) return 'No sweep has ended yet.'
  const { examined, closed, undecided, endedAtMs } = last
  return [
    `**Last sweep** (${formatUtc(endedAtMs)}): ${examined} open attempts looked at, ${closed} closed as ambiguous.`,
    ...(undecided === 0 ? [] : [`Of ${undecided} nothing could be learnt; the next sweep asks again.`]),
    `${closedInAll} closed in ${sweeps} sweeps.`,
  ].join('  \n')
}
