import { type Client, ScheduleAlreadyRunning } from '@temporalio/client'
import { createRolloutHandle, type RolloutHandle } from './rollout-handle.ts'
import { planRollout, type PlanResult } from '../domain/rollout/planning/plan-rollout.ts'
import { ROLLOUT_ATTRIBUTES, type RolloutInput, WORKFLOW_TYPES } from '../workflows/contract.ts'
import { type RolloutRequest, rolloutRequest } from '../domain/rollout/planning/rollout-request.ts'
import { DEFAULT_TENANT } from './default-tenant.ts'
import { InvalidRequestError } from './errors.ts'
import { readWhole } from '../domain/reading/reader.ts'
import type { Reports } from './reports.ts'
import type { RolloutPlan } from '../domain/rollout/strategy.ts'
import { startOnce } from './start-once.ts'
import { TASK_QUEUES } from '../domain/ids.ts'
import { toClientError } from './read-failure.ts'
import { unsupportedProblems } from '../domain/rollout/planning/unsupported.ts'

export interface RolloutOptions {
  /** Who starts it. */
  readonly by: string
  /** Default: `rollout/<model>/` and something new. */
  readonly rolloutId?: string
}

/** A rollout in a list. What is absent was never set: it could not start. */
export interface RolloutSummary {
  readonly rolloutId: string
  readonly model?: string
  readonly phase?: string
  readonly canaryPercent?: number
  readonly isRunning: boolean
  /** ISO 8601. */
  readonly startedAt: string
}

/** Moving a model's traffic to another version. */
export interface Rollouts {
  /** What a rollout would do, without doing it. @throws InvalidRequestError */
  planRollout(request: RolloutRequest): Promise<RolloutPlan>
  /**
   * Starts a rollout and returns once it has the lease of its model.
   * @throws InvalidRequestError when it cannot start: an unknown version, another rollout under way
   */
  startRollout(request: RolloutRequest, options: RolloutOptions): Promise<RolloutHandle>
  /** The last rollout of a model, or the one with this id. It is only looked for when it is used. */
  rollout(modelOrId: string): Promise<RolloutHandle>
  /** The newest first, at most 50. */
  listRollouts(model?: string): Promise<readonly RolloutSummary[]>
  /**
   * Makes a paused schedule `rollout-<model>`, or changes it: its `Trigger` in the Temporal UI starts the rollout.
   * @throws InvalidRequestError
   */
  createRolloutTrigger(request: RolloutRequest, options: { readonly by: string }): Promise<string>
}

export interface RolloutParts {
  readonly client: Client
  readonly address: string
  readonly reports: Pick<Reports, 'models' | 'traffic'>
}

const MOST_LISTED = 50

export function createRollouts(parts: RolloutParts): Rollouts {
  const { client, address } = parts
  return {
    planRollout: (request) => planFor(parts, readRequest(request)),
    startRollout: async (request, { by, rolloutId }) => {
      const { model, version } = readRequest(request)
      const input: RolloutInput = { ...request, by }
      const workflowId = rolloutId ?? `rollout/${model}/${crypto.randomUUID().slice(0, 8)}`
      const { handle } = await orClientError(parts, workflowId, () =>
        startOnce(client, {
          workflowType: WORKFLOW_TYPES.rollout,
          workflowId,
          input,
          tenant: DEFAULT_TENANT,
          summary: `rollout of ${model} to ${version}`,
        }),
      )
      const rollout = createRolloutHandle({ client, handle, address })
      await rollout.state()
      return rollout
    },
    rollout: async (modelOrId) => {
      const [last] = await orClientError(parts, 'the rollouts', () => list(client, modelOrId, 1))
      const handle = client.workflow.getHandle(last?.rolloutId ?? modelOrId)
      return createRolloutHandle({ client, handle, address })
    },
    listRollouts: (model) => orClientError(parts, 'the rollouts', () => list(client, model, MOST_LISTED)),
    createRolloutTrigger: async (request, { by }) => {
      await planFor(parts, readRequest(request))
      return orClientError(parts, 'the schedule', () => keepTrigger(client, { ...request, by }))
    },
  }
}

function readRequest(request: RolloutRequest): RolloutRequest {
  const read = readWhole(rolloutRequest, request)
  if (!read.ok) throw new InvalidRequestError('the rollout', read.problems)
  return read.value
}

/** The stable version is the one that the entity published, else the model's first. */
async function planFor({ reports }: RolloutParts, request: RolloutRequest): Promise<RolloutPlan> {
  const { model, version } = request
  const [[traffic], { catalog }] = await Promise.all([reports.traffic({ model }), reports.models()])
  const versions = catalog.models[model]?.versions.map((known) => known.version) ?? []
  const stable = traffic?.snapshot?.stableVersion ?? versions[0] ?? ''
  const planned = versions.includes(version)
    ? planRollout(request, stable)
    : refusedPlan(`version: ${model} has no version ${version}; it has ${versions.join(', ')}`)
  const problems = planned.ok ? unsupportedProblems(planned.plan) : planned.problems
  if (!planned.ok || problems.length > 0) throw new InvalidRequestError('the rollout', problems)
  return planned.plan
}

function refusedPlan(problem: string): PlanResult {
  return { ok: false, problems: [problem] }
}

async function list(
  client: Client,
  model: string | undefined,
  most: number,
): Promise<readonly RolloutSummary[]> {
  // A quotation mark would end the text in the query; no model has one.
  if (model !== undefined && /["\\]/.test(model)) return []
  const ofModel = model === undefined ? '' : ` AND ${ROLLOUT_ATTRIBUTES.model.name} = "${model}"`
  const query = `WorkflowType = "${WORKFLOW_TYPES.rollout}"${ofModel}`
  const found = new Map<string, RolloutSummary>()
  for await (const info of client.workflow.list({ query })) {
    const { workflowId: rolloutId, status, startTime, typedSearchAttributes } = info
    const known = typedSearchAttributes.get(ROLLOUT_ATTRIBUTES.model)
    const phase = typedSearchAttributes.get(ROLLOUT_ATTRIBUTES.phase)
    const canaryPercent = typedSearchAttributes.get(ROLLOUT_ATTRIBUTES.canaryPercent)
    // Of a rollout over several runs the newest comes first.
    if (found.has(rolloutId)) continue
    found.set(rolloutId, {
      rolloutId,
      ...(known === undefined ? {} : { model: known }),
      ...(phase === undefined ? {} : { phase }),
      ...(canaryPercent === undefined ? {} : { canaryPercent }),
      isRunning: status.name === 'RUNNING',
      startedAt: startTime.toISOString(),
    })
    if (found.size >= most) break
  }
  return [...found.values()]
}

async function keepTrigger(client: Client, input: RolloutInput): Promise<string> {
  const scheduleId = `rollout-${input.model}`
  const action = {
    type: 'startWorkflow' as const,
    workflowType: WORKFLOW_TYPES.rollout,
    workflowId: `rollout/${input.model}`,
    taskQueue: TASK_QUEUES.orchestrator,
    args: [input],
    staticSummary: `rollout of ${input.model} to ${input.version}`,
  }
  const note = `Trigger rolls ${input.version} of ${input.model} out. Stays paused: it has no times of its own.`
  try {
    await client.schedule.create({ scheduleId, spec: {}, action, state: { paused: true, note } })
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error
    await client.schedule
      .getHandle(scheduleId)
      .update((before) => ({ ...before, action, state: { ...before.state, note } }))
  }
  return scheduleId
}

async function orClientError<Result>(
  { address }: Pick<RolloutParts, 'address'>,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw toClientError(error, address, what)
  }
}
