import type { Catalog, PlanningStrategy } from '../domain/catalog/model.ts'
import type { Content } from '../domain/content-ref.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { OptimisationTarget } from '../domain/model-request.ts'
import { type ParsedPlan, parsePlan } from '../domain/plan/parse-plan.ts'
import { route } from '../domain/routing/route.ts'
import { routeInputFor } from '../domain/routing/route-input-for.ts'
import { usableInputTokens } from '../domain/routing/context-limit.ts'

/** What the workflow must know of the catalog before it plans. */
export interface TaskProfile {
  /** How the model that will most likely plan is asked for it, and each fallback, by model name. */
  readonly planningStrategies: Readonly<Record<string, PlanningStrategy>>
  readonly planner: string
  /** How the model that will most likely put the answer together is asked for it. */
  readonly synthesisStrategy: PlanningStrategy
  /** Input tokens that the smallest model for a synthesis can take. */
  readonly synthesisInputTokens: number
}

export interface TaskProfileInput {
  readonly model?: string
  readonly target?: OptimisationTarget
}

export interface ReadPlanInput {
  readonly strategy: PlanningStrategy
  /** What the model wrote. */
  readonly answer: Content
  readonly task: Content
  readonly maxSubtasks: number
}

export interface PlanningActivityDeps {
  readonly catalog: Catalog
  readonly contents: ContentStore
}

/** Short look-ups around planning; they run as local activities. */
export function createPlanningActivities(deps: PlanningActivityDeps) {
  return {
    /** @throws Error when no model can plan or synthesise: the catalog's own check excludes that. */
    loadTaskProfile: async (input: TaskProfileInput): Promise<TaskProfile> => {
      const planners = route(routeInputFor(deps.catalog, { ...input, task: 'planning' })).candidates
      const synthesisers = route(routeInputFor(deps.catalog, { ...input, task: 'synthesis' })).candidates
      return {
        planner: planners[0]?.model ?? '',
        planningStrategies: Object.fromEntries(planners.map(({ model, planning }) => [model, planning])),
        synthesisStrategy: synthesisers[0]?.planning ?? 'json-schema',
        synthesisInputTokens: Math.min(...synthesisers.map(usableInputTokens)),
      }
    },

    /** Reads and checks a model's plan; long instructions go to the content store. */
    readPlan: async ({ strategy, answer, ...options }: ReadPlanInput): Promise<ParsedPlan> => {
      const parsed = parsePlan(strategy, await deps.contents.get(answer), options)
      if (!parsed.ok) return parsed
      const subtasks = parsed.plan.subtasks.map(async (subtask) => ({
        ...subtask,
        action: await stored(subtask.action, deps.contents),
      }))
      return { ok: true, plan: { subtasks: await Promise.all(subtasks) } }
    },

    /** Moves long texts to the content store, so that no payload after this one carries them. */
    storeTexts: async (input: { readonly texts: readonly Content[] }): Promise<readonly Content[]> =>
      Promise.all(
        input.texts.map((text) =>
          'inline' in text ? deps.contents.put(text.inline) : Promise.resolve(text),
        ),
      ),
  }
}

export type PlanningActivities = ReturnType<typeof createPlanningActivities>

/** Inline when it is short, a reference otherwise. */
async function stored(text: Content, contents: ContentStore): Promise<Content> {
  return 'inline' in text ? contents.put(text.inline) : text
}
