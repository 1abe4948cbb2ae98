import { isContentRef } from '../content-ref.ts'
import {
  type DuplicatePair,
  findSameWork,
  findSimilarActions,
  normaliseAction,
} from './graph/find-duplicates.ts'
import { findCycle, indexGraph } from './graph/graph-order.ts'
import type { Plan, Subtask } from './plan.ts'

/** One reason why a plan cannot run. */
export type PlanProblem =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-many'; readonly count: number; readonly maxSubtasks: number }
  | { readonly kind: 'bad-id'; readonly id: string }
  | { readonly kind: 'duplicate-id'; readonly id: string }
  | { readonly kind: 'empty-action'; readonly id: string }
  | { readonly kind: 'self-dependency'; readonly id: string }
  | { readonly kind: 'unknown-dependency'; readonly id: string; readonly dependsOn: string }
  /** Each id waits for the next; the first one stands at the end again. */
  | { readonly kind: 'cycle'; readonly path: readonly string[] }
  | ({ readonly kind: 'duplicated-subtask' } & DuplicatePair)

export interface CheckPlanOptions {
  readonly maxSubtasks: number
  /**
   * For plans that a model made: actions whose words overlap this much (0 to 1) are the same subtask, whatever
   * else differs. Absent: only what a caller cannot mean, equal actions for one model on the same dependencies.
   */
  readonly similarity?: number
}

const ID_PATTERN = /^[A-Za-z0-9._-]{1,64}$/

/** Finds everything that is wrong with a plan; an empty list means that it can run. */
export function checkPlan(plan: Plan, options: CheckPlanOptions): readonly PlanProblem[] {
  const { subtasks } = plan
  if (subtasks.length === 0) return [{ kind: 'empty' }]
  // The rest would only repeat itself, and a list without bound must not be worked through.
  if (subtasks.length > options.maxSubtasks)
    return [{ kind: 'too-many', count: subtasks.length, maxSubtasks: options.maxSubtasks }]
  return [
    ...subtasks.flatMap(idAndActionProblems),
    ...repeatedIds(subtasks),
    ...dependencyProblems(subtasks),
    ...cycleProblems(subtasks),
    ...duplicates(subtasks, options.similarity),
  ]
}

/** Says it in one sentence, for people and for the model that made the plan. */
export function describePlanProblem(problem: PlanProblem): string {
  switch (problem.kind) {
    case 'empty':
      return 'the plan has no subtasks'
    case 'too-many':
      return `the plan has ${problem.count} subtasks, at most ${problem.maxSubtasks} are allowed`
    case 'bad-id':
      return `the id ${JSON.stringify(problem.id)} must be 1 to 64 letters, digits or . _ -`
    case 'duplicate-id':
      return `the id ${problem.id} is used more than once`
    case 'empty-action':
      return `${problem.id} has no action: say what is to be done`
    case 'self-dependency':
      return `${problem.id} depends on itself`
    case 'unknown-dependency':
      return `${problem.id} depends on ${JSON.stringify(problem.dependsOn)}, which is not in the plan`
    case 'cycle':
      return `subtasks wait for each other in a circle: ${problem.path.join(' -> ')}`
    case 'duplicated-subtask':
      return `${problem.second} asks for the same as ${problem.first}: each subtask must be different`
  }
}

function idAndActionProblems({ id, action }: Subtask): readonly PlanProblem[] {
  const isEmpty = !isContentRef(action) && normaliseAction(action.inline) === ''
  return [
    ...(ID_PATTERN.test(id) ? [] : [{ kind: 'bad-id', id } as const]),
    ...(isEmpty ? [{ kind: 'empty-action', id } as const] : []),
  ]
}

function repeatedIds(subtasks: readonly Subtask[]): readonly PlanProblem[] {
  const seen = new Set<string>()
  const repeated = new Set<string>()
  for (const { id } of subtasks) (seen.has(id) ? repeated : seen).add(id)
  return [...repeated].map((id) => ({ kind: 'duplicate-id', id }))
}

function dependencyProblems(subtasks: readonly Subtask[]): readonly PlanProblem[] {
  const known = new Set(subtasks.map(({ id }) => id))
  return subtasks.flatMap(({ id, dependsOn }) =>
    [...new Set(dependsOn)].flatMap((dependency): readonly PlanProblem[] => {
      if (dependency === id) return [{ kind: 'self-dependency', id }]
      return known.has(dependency) ? [] : [{ kind: 'unknown-dependency', id, dependsOn: dependency }]
    }),
  )
}

function cycleProblems(subtasks: readonly Subtask[]): readonly PlanProblem[] {
  // A subtask that waits for itself is named already, and would hide longer circles.
  const nodes = subtasks.map(({ id, dependsOn }) => ({
    id,
    dependsOn: dependsOn.filter((dependency) => dependency !== id),
  }))
  const cycle = findCycle(indexGraph(nodes))
  return cycle === undefined ? [] : [{ kind: 'cycle', path: cycle.map((index) => subtasks[index]?.id ?? '') }]
}

function duplicates(subtasks: readonly Subtask[], similarity: number | undefined): readonly PlanProblem[] {
  // Empty actions are a problem of their own, not copies of each other.
  const withAction = subtasks.filter(
    ({ action }) => isContentRef(action) || normaliseAction(action.inline) !== '',
  )
  const pairs =
    similarity === undefined ? findSameWork(withAction) : findSimilarActions(withAction, similarity)
  return pairs.map((pair) => ({ kind: 'duplicated-subtask', ...pair }))
}
