import {
  allHandlersFinished,
  type ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  workflowInfo,
} from '@temporalio/workflow'
import { answerOperators } from './experiment/answer-operators.ts'
import { ExperimentBoard } from './experiment/experiment-board.ts'
import type { ExperimentInput, ExperimentResult } from './experiment-contract.ts'
import { type ExperimentState, verdictOf } from '../domain/experiments/experiment-state.ts'
import { ExperimentRun } from './experiment/experiment-run.ts'
import { invalidInput } from './inputs/invalid-input.ts'
import { type ReadExperimentInput, readExperimentInput } from './inputs/experiment-input.ts'

/** What a run hands to the next one when its history is long enough. */
interface CarriedExperiment {
  readonly input: ReadExperimentInput
  readonly state: ExperimentState
  readonly testedVersion?: string
}

/**
 * Compares versions of a model or prompts on real requests with fixed shares, looks at what came of them, and names a winner
 * only when a test says so that may be looked at as often as one likes. It promotes nothing. From the Temporal UI:
 * `{"id": "greeting-1", "kind": "prompts", "metric": "feedback-good", "variants": [{"name": "plain"}, {"name": "warm",
 * "systemPrompt": "Be warm."}], "by": "ada"}`. Cancelling it stops it.
 * @param carried only set by the run before this one
 * @throws ApplicationFailure `InvalidInput` when it cannot start, with nothing changed
 */
export async function experiment(
  input: ExperimentInput,
  carried?: CarriedExperiment,
): Promise<ExperimentResult> {
  const board = new ExperimentBoard(carried?.state)
  answerOperators(board)
  const read = carried?.input ?? readExperimentInput(input)
  const run = new ExperimentRun(board, read, carried?.testedVersion)
  const cancelled = CancellationScope.current().cancelRequested
  // Shares and variants are taken back whatever happens: cancelling it ends it like anything else.
  return CancellationScope.nonCancellable(async () => {
    if (carried === undefined) {
      const refusal = await run.open()
      if (refusal !== undefined) throw invalidExperiment(refusal)
    }
    let isCancelled = false
    cancelled.catch(() => {
      isCancelled = true
      board.end({ reason: 'stopped', by: 'a cancellation' })
    })
    for (let wakes = 0; !board.isOver; wakes++) {
      if (wakes >= read.wakesPerRun || workflowInfo().continueAsNewSuggested) {
        // oxlint-disable-next-line no-await-in-loop -- once, at the end of the run
        await condition(allHandlersFinished)
        return continueAsNew<typeof experiment>(input, { input: read, state: board.state, ...run.carried })
      }
      // oxlint-disable-next-line no-await-in-loop -- one turn after the other is what it is for
      await run.turn()
    }
    await run.close()
    await condition(allHandlersFinished)
    const result = { verdict: verdictOf(board.state), state: board.state }
    if (isCancelled)
      throw new CancelledFailure(`the experiment ${read.definition.id} was cancelled`, [result])
    return result
  })
}

function invalidExperiment(problem: string): ApplicationFailure {
  return invalidInput(`the experiment cannot start: ${problem}`, [problem])
}
