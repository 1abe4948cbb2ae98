import type { Ledger, SettlementRecord } from '../store/ledger/ledger.ts'
import type {
  OpenAttempt,
  OpenAttemptPosition,
  OpenAttemptReader,
} from '../store/ledger/open-attempt-reader.ts'
import type { SweepResult } from '../domain/maintenance/sweep-status.ts'

/** One run of a workflow. */
export interface WorkflowRun {
  readonly workflowId: string
  readonly runId: string
}

export interface SweepAttemptsInput {
  /** Younger attempts are left alone, in milliseconds. */
  readonly olderThanMs: number
  /** Where the part before this one ended. */
  readonly after?: OpenAttemptPosition
}

export interface SweepAttemptsOutput extends SweepResult {
  /** Where the next part begins; absent when there is none. */
  readonly next?: OpenAttemptPosition
}

export interface SweepActivityDeps {
  readonly openAttempts: Pick<OpenAttemptReader, 'read'>
  readonly ledger: Pick<Ledger, 'settle'>
  /**
   * Whether this very run can still settle what it opened. False when it completed, failed, timed out, was cancelled,
   * terminated or reset, continued as new, or is unknown to Temporal. Rejects when that cannot be told.
   */
  readonly isRunOpen: (run: WorkflowRun) => Promise<boolean>
}

/** Runs that Temporal is asked about at the same time. */
const ASKED_AT_ONCE = 16

/** Closes attempts that nobody will settle any more, because the workflow run that opened them is over. */
export function createSweepActivities({ openAttempts, ledger, isRunOpen }: SweepActivityDeps) {
  return {
    /** Sweeps one page of open attempts. May be run twice: what is closed keeps its booking. */
    sweepAttempts: async (input: SweepAttemptsInput): Promise<SweepAttemptsOutput> => {
      const { attempts, next } = await openAttempts.read(input)
      const openRuns = await askAboutRuns(attempts, isRunOpen)
      const left = attempts.filter(({ runId }) => openRuns.get(runId) === false)
      await ledger.settle(left.map(sweptSettlement))
      return {
        examined: attempts.length,
        closed: left.length,
        undecided: attempts.filter(({ runId }) => !openRuns.has(runId)).length,
        ...(next === undefined ? {} : { next }),
      }
    },
  }
}

export type SweepActivities = ReturnType<typeof createSweepActivities>

/** By run id, whether the run is open; runs of which nothing could be learnt are left out. */
async function askAboutRuns(
  attempts: readonly OpenAttempt[],
  isRunOpen: SweepActivityDeps['isRunOpen'],
): Promise<ReadonlyMap<string, boolean>> {
  const runs = [...new Map(attempts.map((attempt) => [attempt.runId, attempt])).values()]
  const answers = new Map<string, boolean>()
  for (let start = 0; start < runs.length; start += ASKED_AT_ONCE) {
    const asked = runs.slice(start, start + ASKED_AT_ONCE).map(async ({ workflowId, runId }) => {
      answers.set(runId, await isRunOpen({ workflowId, runId }))
    })
    // One run that cannot be asked about must not keep the others from being closed.
    // oxlint-disable-next-line no-await-in-loop -- group after group, to spare the server
    const outcomes = await Promise.allSettled(asked)
    // The server is away: the next sweep asks, and a worker that stops need not wait for this one.
    if (outcomes.every(({ status }) => status === 'rejected')) break
  }
  return answers
}

/**
 * The call was sent, or may have been, and may even be running still: the reservation is the most that it can cost, and
 * usage that arrives late corrects it.
 *
 * The operation gets no end. A terminated workflow is over only until a person resets it or starts it again under its id,
 * and one that Temporal has forgotten runs again when its request comes again: a stored refusal would answer all of these
 * in place of a model. Nobody needs it either, because as long as Temporal knows the workflow it refuses the same
 * request id and tells how the workflow ended.
 */
function sweptSettlement({ attemptId, workflowId, runId }: OpenAttempt): SettlementRecord {
  return {
    attemptId,
    status: 'ambiguous',
    charge: 'reserved',
    failure: {
      kind: 'worker-lost',
      message: `swept: run ${runId} of ${workflowId} is over and did not settle this attempt`,
    },
  }
}
