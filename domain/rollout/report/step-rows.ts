import type { RolloutStage, RolloutState } from '../state.ts'
import type { RolloutStep } from '../strategy.ts'

/** One step of a plan for people. */
export interface StepRow {
  /** From 1. */
  readonly number: number
  readonly step: RolloutStep
  readonly state: 'done' | 'now' | 'to come' | 'not reached'
}

/** The steps of a rollout, each with where the rollout stands to it. */
export function stepRows({ plan, stage }: Pick<RolloutState, 'plan' | 'stage'>): readonly StepRow[] {
  const current = currentStep(stage, plan.steps.length)
  return plan.steps.map((step, index) => ({ number: index + 1, step, state: stateOf(index, current) }))
}

function stateOf(index: number, current: number | undefined): StepRow['state'] {
  if (current === undefined) return 'not reached'
  if (index === current) return 'now'
  return index < current ? 'done' : 'to come'
}

/** -1: before the first; one after the last: all are done; `undefined`: the rollout went back. */
function currentStep(stage: RolloutStage, steps: number): number | undefined {
  switch (stage.phase) {
    case 'preparing':
      return -1
    case 'shifting':
      return stage.index
    case 'observing':
    case 'analysing':
    case 'held':
    case 'evaluating':
    case 'gated':
      return stage.at.index
    case 'paused':
      return currentStep(stage.stage, steps)
    case 'promoting':
    case 'keeping-old':
      return steps - 1
    case 'completed':
      return steps
    default:
      return undefined
  }
}
