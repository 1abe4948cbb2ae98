import { planRollout } from '../../domain/rollout/planning/plan-rollout.ts'
import { unsupportedProblems } from '../../domain/rollout/planning/unsupported.ts'
import type { RolloutRequest } from '../../domain/rollout/planning/rollout-request.ts'
import type { RolloutPlan } from '../../domain/rollout/strategy.ts'
import { invalidRollout } from './rollout-board.ts'
import type { RolloutLease } from './rollout-lease.ts'

/**
 * Takes the model's lease and plans the rollout from what is stable now.
 * @throws ApplicationFailure `InvalidInput`: an unknown model or version, another rollout, a plan that cannot be
 */
export async function openRollout(request: RolloutRequest, lease: RolloutLease): Promise<RolloutPlan> {
  // What is wrong in itself is said before anything is taken; no version has an empty name.
  planOrRefuse(request, '')
  const answer = await lease.take(request.version)
  if ('refusal' in answer) throw invalidRollout([answer.refusal])
  try {
    return planOrRefuse(request, answer.state.stableVersion)
  } catch (error) {
    await lease.release('kept')
    throw error
  }
}

function planOrRefuse(request: RolloutRequest, stableVersion: string): RolloutPlan {
  const planned = planRollout(request, stableVersion)
  if (!planned.ok) throw invalidRollout(planned.problems)
  const problems = unsupportedProblems(planned.plan)
  if (problems.length > 0) throw invalidRollout(problems)
  return planned.plan
}
