import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { attempts as attemptsTable } from '../../../store/schema.ts'
import type { CallRefusal, CallResult } from '../../../domain/call-result.ts'
import { createScriptedProvider, lastText, type ScriptedReply } from '../../fixtures/scripted-provider.ts'
import { type Orchestration, startOrchestration } from '../../fixtures/orchestration.ts'
import type { CallStrategy } from '../../../domain/legs/strategy.ts'
import { failureOf } from '../../fixtures/failure-of.ts'
import { ProviderError } from '../../../providers/provider-error.ts'
import { TASK_QUEUES } from '../../../domain/ids.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'
import type { WorkflowHandle } from '@temporalio/client'

export const HOUR_MS = 3_600_000

/** For tests on a busy machine. */
export const PATIENT = { timeout: 60_000 }

const NAMES = ['a', 'b', 'c'] as const

/** Three models that do as the prompt says, and calls of several legs to them. */
export interface Rig {
  readonly system: Orchestration
  start(prompt: string, strategy: CallStrategy, workflowId?: string, more?: object): Promise<WorkflowHandle>
  call(prompt: string, strategy: CallStrategy, workflowId?: string, more?: object): Promise<CallResult>
  /** Why such a call has no answer. */
  refusalOf(prompt: string, strategy: CallStrategy, workflowId?: string, more?: object): Promise<CallRefusal>
  /** The ledger's rows of a call, by leg. */
  rowsOf(workflowId: string): Promise<readonly (typeof attemptsTable.$inferSelect)[]>
  /** How often a model was asked with this prompt. */
  asked(name: (typeof NAMES)[number], prompt: string): number
}

export const newId = (): string => `call/test/${randomUUID()}`

export async function startRig(): Promise<Rig> {
  const providers = {
    a: createScriptedProvider('a', (request) => reply('a', lastText(request))),
    b: createScriptedProvider('b', (request) => reply('b', lastText(request))),
    c: createScriptedProvider('c', (request) => reply('c', lastText(request))),
  }
  const catalog = testCatalog(NAMES.map((name) => ({ name })))
  const system = await startOrchestration({ address: inject('temporalAddress'), catalog, providers })
  const start: Rig['start'] = (prompt, strategy, workflowId = newId(), more = {}) =>
    system.client.workflow.start('modelCall', {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId,
      args: [{ prompt, strategy, ...more }],
    })
  return {
    system,
    start,
    call: async (...args) => {
      const result: CallResult = await (await start(...args)).result()
      return result
    },
    refusalOf: async (...args) => {
      const failure = await failureOf((await start(...args)).result())
      const [refusal] = failure.details ?? []
      if (failure.type !== 'CallRefused' || !isRefusal(refusal)) throw failure
      return refusal
    },
    rowsOf: async (workflowId) => {
      const rows = await system.database.queries.select().from(attemptsTable)
      return rows
        .filter((row) => row.operationId.startsWith(`${workflowId}/leg-`))
        .toSorted((left, right) => (left.operationId < right.operationId ? -1 : 1))
    },
    asked: (name, prompt) =>
      providers[name].requests.filter((request) => lastText(request) === prompt).length,
  }
}

/** Does what the prompt says for its name: `a=hang; b=fail; c=say Paris;`. */
async function reply(name: string, text: string): Promise<ScriptedReply> {
  const [, what = 'say hello'] = new RegExp(`\\b${name}=([^;]+);`).exec(text) ?? []
  if (what === 'hang') await new Promise((resolve) => setTimeout(resolve, HOUR_MS).unref())
  if (what === 'fail') return new ProviderError('bad-request', `${name} cannot do this`)
  if (what === 'refuse') return { content: '', refusal: 'I would rather not', finishReason: 'refusal' }
  if (what === 'long') return `${'word '.repeat(1000)}${text.includes('differ') ? name : ''}`
  return what.replace(/^say /, '')
}

function isRefusal(details: unknown): details is CallRefusal {
  return typeof details === 'object' && details !== null && 'attempts' in details
}
