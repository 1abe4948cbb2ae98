import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { nextWakeAtMs } from '../domain/rollout/machine/tick.ts'
import { reportOf, type RolloutReport } from '../domain/rollout/report/rollout-report.ts'
import { isFinal, type RolloutState } from '../domain/rollout/state.ts'
import { startRollout } from '../domain/rollout/transition.ts'
import { type ReadRolloutInput, readRolloutInput } from './inputs/rollout-input.ts'
import { answerCommands } from './rollout/answer-commands.ts'
import { openRollout } from './rollout/open-rollout.ts'
import { RolloutBoard } from './rollout/rollout-board.ts'
import { RolloutHands } from './rollout/rollout-hands.ts'
import { type CarriedLease, RolloutLease } from './rollout/rollout-lease.ts'
import { VersionWatch } from './rollout/version-watch.ts'
import { type RolloutInput, rolloutQuery } from './rollout-contract.ts'

/** What a run hands to the next one when its history is long enough. */
interface CarriedRollout {
  readonly input: ReadRolloutInput
  readonly state: RolloutState
  readonly lease: CarriedLease
  readonly goneSinceMs?: number
}

interface RolloutParts {
  readonly input: ReadRolloutInput
  readonly board: RolloutBoard
  readonly lease: RolloutLease
  readonly watch: VersionWatch
  readonly hands: RolloutHands
}

/**
 * Moves a model's traffic to a new version step by step, judges by what it measures, and ends at 100 % or back where it
 * was. From the Temporal UI: `{"model": "chat-small", "version": "2026-11-20", "by": "ada"}`. Cancelling it rolls back.
 * @param carried only set by the run before this one
 * @throws ApplicationFailure `InvalidInput` when it cannot start, with nothing changed
 */
export async function rollout(input: RolloutInput, carried?: CarriedRollout): Promise<RolloutReport> {
  const board = new RolloutBoard(carried?.state)
  setHandler(rolloutQuery, () => board.current ?? null, {
    description: 'The rollout as it stands: plan, step, shares, evidence, decisions. Takes no input.',
  })
  answerCommands(board)
  const read = carried?.input ?? readRolloutInput(input)
  const lease = new RolloutLease(read.request.model, carried?.lease)
  const watch = new VersionWatch(carried?.goneSinceMs)
  const parts = { input: read, board, lease, watch, hands: new RolloutHands(board, lease, watch) }
  const cancelled = CancellationScope.current().cancelRequested
  // Nothing of a rollout may be left half done: cancelling it is a command like any other.
  return CancellationScope.nonCancellable(async () => {
    if (carried === undefined) {
      const plan = await openRollout(read.request, lease)
      board.begin(startRollout(plan, read.by, Date.now()))
    }
    let isCancelled = false
    cancelled.catch(() => {
      isCancelled = true
      board.feed({ kind: 'commanded', requestId: 'cancel', by: 'a cancellation', command: { name: 'abort' } })
    })
    // oxlint-disable-next-line no-await-in-loop -- a command may come while the last one is answered
    while (!(await follow(parts, () => isCancelled))) {
      // oxlint-disable-next-line no-await-in-loop
      await condition(allHandlersFinished)
      if (isLongEnough(parts)) return continueAsNew<typeof rollout>(input, carry(parts))
    }
    await condition(allHandlersFinished)
    const report = reportOf(board.state)
    if (isCancelled) throw new CancelledFailure(`the rollout was cancelled: it is ${report.phase}`, [report])
    return report
  })
}

/** Goes on until the rollout has ended and nobody retries it, or, `false`, until the history is long enough. */
async function follow(parts: RolloutParts, isCancelled: () => boolean): Promise<boolean> {
  const { board, hands, lease } = parts
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other is what it is for
    await hands.carryOut()
    const { state } = board
    if (isFinal(state.stage)) {
      // oxlint-disable-next-line no-await-in-loop
      if (!(await isRetried(parts, isCancelled))) return true
      continue
    }
    if (isLongEnough(parts)) return false
    // oxlint-disable-next-line no-await-in-loop
    await board.changed(Math.min(nextWakeAtMs(state) ?? Infinity, lease.renewAtMs))
    hands.upkeep()
    board.feed({ kind: 'ticked' })
  }
}

/** A rollout that went back can be begun anew for a while. */
async function isRetried({ board, input }: RolloutParts, isCancelled: () => boolean): Promise<boolean> {
  const { phase } = board.state.stage
  if (phase === 'completed' || input.retryWithinMs === 0) return false
  const isAgain = () => !isFinal(board.state.stage)
  await condition(() => isAgain() || isCancelled(), input.retryWithinMs)
  return isAgain()
}

/** Between two steps only, when nothing is under way that the next run would not know of. */
function isLongEnough({ board, hands, input }: RolloutParts): boolean {
  if (!board.isIdle || !hands.isIdle || board.state.stage.phase === 'preparing') return false
  return hands.readings >= input.readingsPerRun || workflowInfo().continueAsNewSuggested
}

function carry({ input, board, lease, watch }: RolloutParts): CarriedRollout {
  const { goneSinceMs } = watch
  return {
    input,
    state: board.state,
    lease: lease.carried,
    ...(goneSinceMs === undefined ? {} : { goneSinceMs }),
  }
}
