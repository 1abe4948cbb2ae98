import type { TaskProfile, TaskProfileInput } from '../../activities/planning.ts'
import { planning } from '../activity-proxies.ts'
import type { ReadTaskRunInput } from '../inputs/task-run-input.ts'
import { routeWishesOf } from './task-context.ts'
import { shielded } from '../saga/shielded.ts'

/** Of a task that asks no model for a plan or an answer. */
const NO_PROFILE: TaskProfile = {
  planner: '',
  planningStrategies: {},
  synthesisStrategy: 'json-schema',
  synthesisInputTokens: 0,
}

/** Looks up what the catalog says about planning and synthesis, for tasks that do either. */
export async function loadProfile(input: ReadTaskRunInput): Promise<TaskProfile> {
  const isAsked = input.plan === undefined || input.synthesis !== 'none'
  return isAsked ? shielded(() => planning.loadTaskProfile(profileInput(input))) : NO_PROFILE
}

function profileInput({ tenant, user, target, model, ...input }: ReadTaskRunInput): TaskProfileInput {
  return {
    tenant,
    target,
    ...(user === undefined ? {} : { user }),
    ...(model === undefined ? {} : { model }),
    ...routeWishesOf(input),
  }
}
