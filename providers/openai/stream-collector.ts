import type { JsonValue } from '../../domain/json.ts'
import type { CallClock } from '../http/call-clock.ts'
import type { CompletionParts } from './from-wire.ts'
import { type CompletionChunk, chunkSchema } from './wire-schemas.ts'

type Delta = NonNullable<NonNullable<NonNullable<CompletionChunk['choices']>[number]['delta']>>
type ToolCallDelta = NonNullable<Delta['tool_calls']>[number]

interface ToolCallDraft {
  readonly index: number | undefined
  readonly id: string | undefined
  name: string
  argumentsJson: string
}

/** Puts a streamed answer together. */
export interface StreamCollector {
  /** @throws ZodError when the event is no chunk of a chat completion */
  add(event: unknown): void
  /** What came; `finishReason` is undefined when the stream broke off before the model was done. */
  parts(): CompletionParts
}

/** @param onDelta receives the visible text as it comes */
export function createStreamCollector(clock: CallClock, onDelta: (text: string) => void): StreamCollector {
  const drafts: ToolCallDraft[] = []
  const texts = { content: '', refusal: '' }
  let model: string | undefined
  let finishReason: string | undefined
  let usage: JsonValue | undefined

  const addDelta = (delta: Delta): void => {
    if (hasTokens(delta)) clock.markToken()
    texts.content += delta.content ?? ''
    texts.refusal += delta.refusal ?? ''
    for (const call of delta.tool_calls ?? []) addToolCallDelta(drafts, call)
    if (delta.content) onDelta(delta.content)
  }

  return {
    add: (event) => {
      const chunk = chunkSchema.parse(event)
      model ??= chunk.model ?? undefined
      usage = chunk.usage ?? usage
      const choice = chunk.choices?.find(({ index }) => (index ?? 0) === 0)
      finishReason = choice?.finish_reason ?? finishReason
      if (choice?.delta) addDelta(choice.delta)
    },
    parts: () => ({ ...texts, model, finishReason, usage, toolCalls: drafts.map(toToolCall) }),
  }
}

function hasTokens(delta: Delta): boolean {
  const { content, refusal, reasoning, reasoning_content, tool_calls } = delta
  return Boolean(content || refusal || reasoning || reasoning_content || tool_calls?.length)
}

/** The first piece of a call brings id and name; the rest are pieces of its arguments. */
function addToolCallDelta(drafts: ToolCallDraft[], delta: ToolCallDelta): void {
  const draft = drafts.findLast((known) => belongsTo(delta, known)) ?? startDraft(drafts, delta)
  draft.name ||= delta.function?.name ?? ''
  draft.argumentsJson += delta.function?.arguments ?? ''
}

/** Hosts number the calls, or give them ids, or both, or neither: what is there must agree. */
function belongsTo(delta: ToolCallDelta, draft: ToolCallDraft): boolean {
  const index = delta.index ?? undefined
  const sameIndex = index === undefined || draft.index === undefined || index === draft.index
  const sameId = !delta.id || draft.id === undefined || delta.id === draft.id
  return sameIndex && sameId
}

function startDraft(drafts: ToolCallDraft[], delta: ToolCallDelta): ToolCallDraft {
  const draft = { index: delta.index ?? undefined, id: delta.id || undefined, name: '', argumentsJson: '' }
  drafts.push(draft)
  return draft
}

function toToolCall({ id, name, argumentsJson }: ToolCallDraft, position: number) {
  return { id: id ?? `call_${position}`, name, argumentsJson }
}
