import type { KeepContents } from './content-ownership.ts'
import type { Catalog, PlanningStrategy } from '../domain/catalog/model.ts'
import type { Content } from '../domain/content-ref.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import { type ParsedPlan, parsePlan } from '../domain/plan/parse-plan.ts'
import { candidatesToTry } from '../domain/routing/candidates-to-try.ts'
import { decideRoute } from '../domain/routing/decide-route.ts'
import type { ModelRequest } from '../domain/model-request.ts'
import type { ReadRouteFacts, RoutedCaller } from './route-facts.ts'
import { tenantPreferences } from '../domain/catalog/tenant-preferences.ts'
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

/** Whose task it is, and what it says about all of its steps. */
export interface TaskProfileInput
  extends
    Partial<RoutedCaller>,
    Pick<ModelRequest, 'model' | 'target' | 'dataClass' | 'complexity' | 'weights' | 'session'> {}

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
  /** Default: texts get no owner. */
  readonly keepContents?: KeepContents
  /** Default: nothing is measured or spent, and the catalog alone counts. */
  readonly facts?: ReadRouteFacts
}

/** Short look-ups around planning; they run as local activities. */
export function createPlanningActivities(deps: PlanningActivityDeps) {
  return {
    /** Where no model may plan or synthesise, the call that asks for it says why. */
    loadTaskProfile: async ({
      tenant = 'default',
      user,
      ...request
    }: TaskProfileInput): Promise<TaskProfile> => {
      const { catalog } = deps
      const readFacts = deps.facts ?? (async (caller) => tenantPreferences(catalog, caller.tenant))
      const facts = await readFacts({ tenant, ...(user === undefined ? {} : { user }) })
      const candidatesFor = (task: 'planning' | 'synthesis') => {
        const { input, decision } = decideRoute(catalog, { ...request, task }, facts)
        return candidatesToTry(input, decision)
      }
      const [planners, synthesisers] = [candidatesFor('planning'), candidatesFor('synthesis')]
      return {
        planner: planners[0]?.model ?? '',
        planningStrategies: Object.fromEntries(planners.map(({ model, planning }) => [model, planning])),
        synthesisStrategy: synthesisers[0]?.planning ?? 'json-schema',
        synthesisInputTokens:
          synthesisers.length === 0 ? 0 : Math.min(...synthesisers.map(usableInputTokens)),
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
      const plan = { subtasks: await Promise.all(subtasks) }
      // A person may take weeks to approve the plan, and no step names these texts before.
      await deps.keepContents?.([plan])
      return { ok: true, plan }
    },

    /** Moves long texts to the content store, so that no payload after this one carries them; the task owns all. */
    storeTexts: async (input: { readonly texts: readonly Content[] }): Promise<readonly Content[]> => {
      const texts = await Promise.all(input.texts.map((text) => stored(text, deps.contents)))
      await deps.keepContents?.(texts)
      return texts
    },
  }
}

export type PlanningActivities = ReturnType<typeof createPlanningActivities>

/** Inline when it is short, a reference otherwise. */
async function stored(text: Content, contents: ContentStore): Promise<Content> {
  return 'inline' in text ? contents.put(text.inline) : text
}
