import {
  chooseVariant,
  type ExperimentStamp,
  findVariant,
  isAbout,
  layOver,
} from '../domain/experiments/variants.ts'
import type { AdmitCall } from './admit-call.ts'
import { callKey } from './assignment-key.ts'
import type { AssignedVariant, ExperimentStore } from '../store/experiments/experiments.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import { createFreshCache } from './fact-cache.ts'
import type { ExperimentRecord } from '../domain/experiments/experiment-record.ts'
import type { ModelRequest } from '../domain/model-request.ts'

/** A call whose request names an experiment. */
export type VariantCall = Omit<AdmitCall, 'runId' | 'number' | 'candidates'>

export type LayVariantOutcome =
  /** The request to admit and to send; without a stamp it is the call's own, because no experiment is about it now. */
  | { readonly request: ModelRequest; readonly experiment?: ExperimentStamp }
  /** A sentence for the caller. */
  | { readonly refusal: string }

export interface PromptVariantDeps {
  readonly experiments: Pick<ExperimentStore, 'find' | 'assigned' | 'assign'>
  readonly contents: Pick<ContentStore, 'put'>
  /** Milliseconds; only differences count. Default: the machine's clock. */
  readonly now?: () => number
}

/** An experiment that begins or ends is seen within this time, in milliseconds. */
const STATE_AGE_MS = 1000

/** Gives requests the variants of prompt experiments. */
export function createPromptVariantActivities({ experiments, contents, now = Date.now }: PromptVariantDeps) {
  const known = createFreshCache((id: string) => experiments.find(id), { maxAgeMs: STATE_AGE_MS, now })
  return {
    /**
     * Lays the variant that a call is assigned to over its request. What an operation got once it gets for ever: a run after a
     * reset sends the same request, also when the experiment is over.
     */
    layVariant: async (call: VariantCall): Promise<LayVariantOutcome> => {
      const { operationId, request, feature } = call
      const { experiment: id } = request
      if (id === undefined) return { request }
      const record = await known(id)
      if (record === undefined)
        return { refusal: `there is no experiment ${id}; switchyard experiment list shows them` }
      const { definition } = record.state
      if (definition.kind !== 'prompts') {
        return {
          refusal: `${id} compares versions of ${definition.model}: name the model, its traffic is shared out`,
        }
      }
      const before = await experiments.assigned(operationId)
      if (before?.experimentId === id) return laid(call, record, before, contents)
      const scope = { request, ...(feature === undefined ? {} : { feature }) }
      if (!record.isActive || !isAbout(definition, scope)) return { request }
      const key = callKey(call)
      const { name: variant } = chooseVariant(definition, key)
      const assigned = await experiments.assign(operationId, { experimentId: id, variant, key })
      return laid(call, record, assigned, contents)
    },
  }
}

export type PromptVariantActivities = ReturnType<typeof createPromptVariantActivities>

async function laid(
  { request }: VariantCall,
  { state }: ExperimentRecord,
  { experimentId, variant: name, key }: AssignedVariant,
  contents: PromptVariantDeps['contents'],
): Promise<LayVariantOutcome> {
  const variant = findVariant(state.definition.variants, name)
  const { systemPrompt } = variant
  const prompt = systemPrompt === undefined ? undefined : await contents.put(systemPrompt)
  return { request: layOver(request, variant, prompt), experiment: { id: experimentId, variant: name, key } }
}
