import { hasTraffic, type RolloutPlan, type RolloutStep } from '../strategy.ts'
import { LARGEST_START_PERCENT } from './default-steps.ts'

/**
 * What is wrong with the steps of a plan, each with its place.
 * @param fullWithoutEvidence whether the operator takes the risk of the last step upon themselves
 */
export function stepProblems(
  { strategy, steps }: Pick<RolloutPlan, 'strategy' | 'steps'>,
  fullWithoutEvidence: boolean,
): readonly string[] {
  return [
    ...steps.flatMap((step, index) => shareProblems(step, index)),
    ...steps.flatMap((step, index) => lateCheckProblems(step, index)),
    ...steps.flatMap((step, index) => orderProblems(step, steps[index - 1], index)),
    ...firstProblems(strategy, steps),
    ...endProblems(strategy, steps),
    ...(fullWithoutEvidence ? [] : evidenceProblems(steps)),
  ]
}

function shareProblems({ canaryPercent, mirrorPercent }: RolloutStep, index: number): readonly string[] {
  const both = canaryPercent > 0 && mirrorPercent > 0
  return [
    ...rangeProblem(canaryPercent, `steps.${index}.canaryPercent`),
    ...rangeProblem(mirrorPercent, `steps.${index}.mirrorPercent`),
    ...(both ? [`steps.${index}: either answers requests or gets copies of them, not both`] : []),
  ]
}

function lateCheckProblems(
  { canaryPercent, gate, evaluation }: RolloutStep,
  index: number,
): readonly string[] {
  if (canaryPercent !== 100 || (gate === undefined && evaluation === undefined)) return []
  return [`steps.${index}: a gate or an evaluation at 100 % holds nothing back; give it to the step before`]
}

function rangeProblem(percent: number, path: string): readonly string[] {
  return percent >= 0 && percent <= 100 ? [] : [`${path}: must be a share from 0 to 100, not ${percent}`]
}

function orderProblems(step: RolloutStep, before: RolloutStep | undefined, index: number): readonly string[] {
  if (before === undefined || (before.canaryPercent === 0 && step.canaryPercent === 0)) return []
  if (step.canaryPercent > before.canaryPercent) return []
  return [
    `steps.${index}.canaryPercent: must be more than ${before.canaryPercent}, the share of the step before it, not ${step.canaryPercent}`,
  ]
}

function firstProblems(strategy: string, steps: readonly RolloutStep[]): readonly string[] {
  if (steps.length === 0) return ['steps: must hold at least one step']
  if (strategy !== 'canary') return []
  const index = steps.findIndex(({ canaryPercent }) => canaryPercent > 0)
  const first = steps[index]
  if (first === undefined || first.canaryPercent <= LARGEST_START_PERCENT) return []
  return [
    `steps.${index}.canaryPercent: a canary begins with at most ${LARGEST_START_PERCENT} %, not ${first.canaryPercent}`,
  ]
}

function endProblems(strategy: string, steps: readonly RolloutStep[]): readonly string[] {
  if (strategy === 'shadow') {
    const index = steps.findIndex(({ canaryPercent }) => canaryPercent > 0)
    return index < 0 ? [] : [`steps.${index}.canaryPercent: a shadow never answers, so its share is 0`]
  }
  const last = steps.at(-1)
  if (last === undefined || last.canaryPercent > 0) return []
  return [`steps: the last one must give the new version a share; use the strategy shadow to only watch it`]
}

function evidenceProblems(steps: readonly RolloutStep[]): readonly string[] {
  const index = steps.findIndex(({ canaryPercent }) => canaryPercent === 100)
  if (index < 0) return []
  const before = steps[index - 1]
  if (before !== undefined && hasTraffic(before)) return []
  return [
    `steps.${index}: 100 % needs evidence, which only a step before it with some traffic can gather; add one or set fullWithoutEvidence`,
  ]
}
