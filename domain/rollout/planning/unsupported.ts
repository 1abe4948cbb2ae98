import type { RolloutPlan } from '../strategy.ts'

/**
 * What of a plan nothing can carry out yet, a sentence each: without its data such a step or guard would hold every
 * version back for ever, so it is refused when the rollout starts.
 */
export function unsupportedProblems({
  steps,
  guards,
}: Pick<RolloutPlan, 'steps' | 'guards'>): readonly string[] {
  const evaluations = steps.flatMap(({ evaluation }, index) =>
    evaluation === undefined
      ? []
      : [
          `steps.${index}.evaluation: no evaluations can be run yet; leave it out, or let a gate ask a person`,
        ],
  )
  const judged = guards.flatMap((guard, index) =>
    guard.kind === 'quality' || guard.metric === 'judged-bad'
      ? [`guards.${index}: nobody judges answers yet, so ${guard.name} would never have data; leave it out`]
      : [],
  )
  return [...evaluations, ...judged]
}
