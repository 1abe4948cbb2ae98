import { assignArm } from '../rollout/assign.ts'
import type { Content } from '../content-ref.ts'
import type { ExperimentDefinition, ExperimentVariant } from './definition.ts'
import type { ModelRequest } from '../model-request.ts'
import { textMessage } from '../message.ts'

/** Stands with an operation's decision. */
export interface ExperimentStamp {
  readonly id: string
  readonly variant: string
  /** What it was assigned by. */
  readonly key: string
}

/** The variant for a key: the same one as long as the experiment runs. */
export function chooseVariant({ id, variants }: ExperimentDefinition, key: string): ExperimentVariant {
  const shares = variants.map(({ name, sharePercent }) => ({ version: name, percent: sharePercent }))
  const { version } = assignArm(key, saltOf(id), shares)
  return findVariant(variants, version)
}

/** @throws RangeError when there is none of that name */
export function findVariant(variants: readonly ExperimentVariant[], name: string): ExperimentVariant {
  const found = variants.find((variant) => variant.name === name)
  if (found === undefined) throw new RangeError(`the experiment has no variant ${name}`)
  return found
}

/** No key is to be in the first variant of every experiment, nor on the new side of every model. */
function saltOf(experimentId: string): string {
  return `experiment ${experimentId}`
}

/** Whether an experiment is about such a request at all. */
export function isAbout(
  definition: ExperimentDefinition,
  { feature, request }: { readonly feature?: string; readonly request: ModelRequest },
): boolean {
  if (definition.kind !== 'prompts') return false
  const isFeature = definition.feature === undefined || definition.feature === feature
  return isFeature && (definition.task === undefined || definition.task === request.task)
}

/**
 * The request with a variant laid over it: its settings win, and its system prompt stands in place of the request's own.
 * @param systemPrompt the variant's, as it travels
 */
export function layOver(
  request: ModelRequest,
  { settings = {} }: ExperimentVariant,
  systemPrompt: Content | undefined,
): ModelRequest {
  const messages =
    systemPrompt === undefined
      ? request.messages
      : [textMessage('system', systemPrompt), ...request.messages.filter(({ role }) => role !== 'system')]
  return { ...request, ...settings, messages }
}
