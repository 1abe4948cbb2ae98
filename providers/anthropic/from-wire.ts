import type { JsonObject } from '../../domain/json.ts'
import type { ToolCall } from '../../domain/message.ts'
import type { FinishReason } from '../../domain/model-request.ts'
import type { CallClock } from '../http/call-clock.ts'
import type { ProviderResult } from '../model-provider.ts'
import { fromAnthropicUsage } from './usage.ts'
import { messageSchema, type StopDetails } from './wire-schemas.ts'

/** What of an answer both forms, whole and streamed, come to. */
export interface MessageParts {
  readonly model: string
  readonly content: string
  readonly toolCalls: readonly ToolCall[]
  readonly stopReason: string | undefined
  readonly stopDetails: StopDetails
  readonly usage: JsonObject
}

/**
 * Reads a whole answer.
 * @throws ZodError when it is no message
 */
export function readMessage(body: unknown): MessageParts {
  const { model, content, stop_reason, stop_details, usage } = messageSchema.parse(body)
  return {
    model,
    content: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    toolCalls: content.flatMap((block) =>
      block.type === 'tool_use'
        ? [{ id: block.id, name: block.name, argumentsJson: JSON.stringify(block.input) }]
        : [],
    ),
    stopReason: stop_reason ?? undefined,
    stopDetails: stop_details,
    usage,
  }
}

/**
 * The answer in Switchyard's words.
 * @throws ZodError when the usage lacks a count
 */
export function toProviderResult(parts: MessageParts, clock: CallClock): ProviderResult {
  const refused = parts.stopReason === 'refusal'
  return {
    // What was written before a refusal is not an answer: the API asks to discard it.
    content: refused ? '' : parts.content,
    ...(refused ? { refusal: refusalText(parts.stopDetails) } : {}),
    toolCalls: refused ? [] : parts.toolCalls,
    finishReason: toFinishReason(parts),
    usage: fromAnthropicUsage(parts.usage),
    rawUsage: parts.usage,
    providerModel: parts.model,
    timings: clock.timings(),
  }
}

function refusalText(details: StopDetails): string {
  if (details?.explanation) return details.explanation
  return details?.category
    ? `The model declined to answer (${details.category}).`
    : 'The model declined to answer.'
}

function toFinishReason({ stopReason, toolCalls }: MessageParts): FinishReason {
  switch (stopReason) {
    case 'refusal':
      return 'refusal'
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length'
    case 'tool_use':
      return 'tool-calls'
    default:
      return toolCalls.length > 0 ? 'tool-calls' : 'stop'
  }
}
