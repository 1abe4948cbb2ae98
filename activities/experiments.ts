import type { ApplicationFailure } from '@temporalio/activity'
import type {
  ExperimentFilter,
  ExperimentPublication,
  ExperimentRecord,
  PublishOutcome,
} from '../domain/experiments/experiment-record.ts'
import type { ExperimentOutcomes, ExperimentSubject } from '../store/experiments/experiment-outcomes.ts'
import type { ExperimentReport, ExperimentState } from '../domain/experiments/experiment-state.ts'
import type { ExperimentStore } from '../store/experiments/experiments.ts'
import { type Feedback, feedbackReader, type RecordedFeedback } from '../domain/experiments/feedback.ts'
import type { FeedbackStore } from '../store/experiments/feedback.ts'
import { invalidInput } from './invalid-input.ts'
import { judgeExperiment } from '../domain/experiments/judge-experiment.ts'
import { METRICS } from '../domain/experiments/metric.ts'
import { object, optional } from '../domain/reading/composites.ts'
import { readInput } from './read-input.ts'
import { text } from '../domain/reading/scalars.ts'
import { UnitCollection } from '../domain/experiments/collect-units.ts'

export interface ExperimentActivityDeps {
  readonly experiments: Pick<ExperimentStore, 'publish' | 'list'>
  readonly outcomes: ExperimentOutcomes
  readonly feedback: FeedbackStore
}

/** A request that has not ended after so long will not, or is an outlier that nobody should wait for: milliseconds. */
const PATIENCE_MS = 15 * 60_000

/** The clocks of workers and database may differ by so much, in milliseconds; the epoch says what is meant. */
const CLOCK_MARGIN_MS = 3_600_000

const experimentFilter = object({ id: optional(text()) })

/** What experiments need of the store, and what people read and say. Each may be run twice. */
export function createExperimentActivities({ experiments, outcomes, feedback }: ExperimentActivityDeps) {
  return {
    publishExperiment: (publication: ExperimentPublication): Promise<PublishOutcome> =>
      experiments.publish(publication),

    /** Reads everything that is done by now from the beginning, and judges it: the same rows give the same findings. */
    lookAtExperiment: (state: ExperimentState): Promise<ExperimentReport> => lookAt(outcomes, state),

    /** For people: as a standalone activity. */
    listExperiments: async (
      input: ExperimentFilter,
    ): Promise<{ readonly experiments: readonly ExperimentRecord[] }> => ({
      experiments: await experiments.list(readInput(experimentFilter, input, 'the filter')),
    }),

    /** Keeps what somebody says about an answer: one verdict for each operation, the last word. */
    recordFeedback: async (input: Feedback): Promise<RecordedFeedback> => {
      const given = readInput(feedbackReader, input, 'the feedback')
      const recorded = await feedback.record(given)
      if (recorded === undefined) throw unknownOperation(given.operationId)
      return recorded
    },
  }
}

export type ExperimentActivities = ReturnType<typeof createExperimentActivities>

async function lookAt(outcomes: ExperimentOutcomes, state: ExperimentState): Promise<ExperimentReport> {
  const { definition, startedAtMs, maxUnits } = state
  const { feedbackWithinMs } = definition.looks
  const { isGivenLater: isForFeedback } = METRICS[definition.metric]
  const lookedAtMs = Date.now()
  // What is judged later is complete only when its time to be judged is over.
  let countedUntilMs = isForFeedback ? lookedAtMs - feedbackWithinMs : lookedAtMs
  const collection = new UnitCollection(definition.metric, maxUnits)
  const window = {
    subject: subjectOf(state),
    fromMs: startedAtMs - CLOCK_MARGIN_MS,
    patienceMs: PATIENCE_MS,
    feedbackWithinMs,
    isForFeedback,
  }
  for await (const { outcomes: found, openSinceMs = countedUntilMs } of outcomes.pages(window)) {
    collection.add(found)
    countedUntilMs = openSinceMs
    if (collection.isFull) break
  }
  return { ...judgeExperiment(definition, collection.units), lookedAtMs, countedUntilMs }
}

function subjectOf({ definition, trafficEpoch }: ExperimentState): ExperimentSubject {
  if (definition.kind === 'prompts') return { kind: 'prompts', experimentId: definition.id }
  if (trafficEpoch === undefined) throw new Error(`${definition.id} has no traffic epoch`)
  return { kind: 'model-versions', model: definition.model, trafficEpoch }
}

function unknownOperation(operationId: string): ApplicationFailure {
  return invalidInput(
    `operationId: there is no operation ${operationId}; that of a call is call/<tenant>/<request id>`,
  )
}
