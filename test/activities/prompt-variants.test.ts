import { describe, expect, it } from 'vitest'
import { createPromptVariantActivities, type VariantCall } from '../../activities/prompt-variants.ts'
import type { AssignedVariant } from '../../store/experiments/experiments.ts'
import { definitionOf, promptExperiment } from '../domain/experiments/definitions.ts'
import type { ExperimentDefinition } from '../../domain/experiments/definition.ts'
import type { ExperimentRecord } from '../../domain/experiments/experiment-record.ts'
import { inlineContent } from '../../domain/content-ref.ts'
import { startExperiment } from '../../domain/experiments/experiment-state.ts'
import { textMessage } from '../../domain/message.ts'

function recordOf(definition: ExperimentDefinition, isActive = true): ExperimentRecord {
  const state = startExperiment(definition, { by: 'ada', nowMs: 0 })
  return { state, isActive, workflowId: 'experiment/greeting', startedAt: '2026-11-21T00:00:00.000Z' }
}

/** Activities over an experiment that is kept in this process. */
function activitiesOver(record: ExperimentRecord | undefined) {
  const assignments = new Map<string, AssignedVariant>()
  let now = 0
  let current = record
  const activities = createPromptVariantActivities({
    experiments: {
      find: async () => current,
      assigned: async (operationId) => assignments.get(operationId),
      assign: async (operationId, assignment) => {
        const stands = assignments.get(operationId) ?? assignment
        assignments.set(operationId, stands)
        return stands
      },
    },
    contents: { put: async (text) => inlineContent(text) },
    now: () => now,
  })
  const become = (next: ExperimentRecord | undefined) => {
    current = next
    now += 1000
  }
  return { ...activities, assignments, become }
}

const CALL: VariantCall = {
  operationId: 'call/acme/1',
  kind: 'call',
  tenant: 'acme',
  user: 'ada',
  request: { messages: [textMessage('user', inlineContent('Hello'))], experiment: 'greeting' },
}

const WARM = promptExperiment({
  variants: [
    { name: 'warm', sharePercent: 99.9, systemPrompt: 'Be warm.' },
    { name: 'plain', sharePercent: 0.1 },
  ],
})

describe('a call that names an experiment', () => {
  it('gets the variant of its user, which is written down', async () => {
    const { layVariant, assignments } = activitiesOver(recordOf(WARM))
    const laid = await layVariant(CALL)
    const key = 'user:acme/ada'
    expect(laid).toMatchObject({ experiment: { id: 'greeting', variant: 'warm', key } })
    expect(laid).toMatchObject({ request: { messages: [{ role: 'system' }, { role: 'user' }] } })
    expect(assignments.get(CALL.operationId)).toEqual({ experimentId: 'greeting', variant: 'warm', key })
  })

  it('keeps its variant when the experiment is over, and gets none when it comes then', async () => {
    const { layVariant, become } = activitiesOver(recordOf(WARM))
    const laid = await layVariant(CALL)
    become(recordOf(WARM, false))
    expect(await layVariant(CALL)).toEqual(laid)
    const later = { ...CALL, operationId: 'call/acme/2' }
    expect(await layVariant(later)).toEqual({ request: CALL.request })
  })

  it('that the experiment is not about is left as it is', async () => {
    const { layVariant, assignments } = activitiesOver(recordOf(promptExperiment({ feature: 'widget' })))
    expect(await layVariant(CALL)).toEqual({ request: CALL.request })
    expect(assignments.size).toBe(0)
    expect(await layVariant({ ...CALL, feature: 'widget' })).toHaveProperty('experiment')
  })

  it('is refused where there is no such experiment, or one about something else', async () => {
    expect(await activitiesOver(undefined).layVariant(CALL)).toEqual({
      refusal: 'there is no experiment greeting; switchyard experiment list shows them',
    })
    const versions = definitionOf({
      id: 'greeting',
      kind: 'model-versions',
      model: 'chat-small',
      metric: 'refused',
      variants: [{ name: 'a' }, { name: 'b' }],
    })
    expect(await activitiesOver(recordOf(versions)).layVariant(CALL)).toMatchObject({
      refusal: expect.stringContaining('compares versions of chat-small'),
    })
  })
})
