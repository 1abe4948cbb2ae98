import type { JsonValue } from '../../domain/json.ts'
import type { ToolCall } from '../../domain/message.ts'
import type { FinishReason } from '../../domain/model-request.ts'
import { estimateUsage } from '../http/estimate-usage.ts'
import type { CallClock } from '../http/call-clock.ts'
import type { ProviderRequest, ProviderResult } from '../model-provider.ts'
import { fromOpenAiUsage } from './usage.ts'
import { completionSchema } from './wire-schemas.ts'

/** What of an answer both forms, whole and streamed, come to. */
export interface CompletionParts {
  readonly model: string | undefined
  readonly content: string
  readonly refusal: string
  readonly toolCalls: readonly ToolCall[]
  readonly finishReason: string | null | undefined
  readonly usage: JsonValue | undefined
}

/**
 * Reads a whole answer.
 * @throws ZodError when it is no chat completion
 */
export function readCompletion(body: unknown): CompletionParts {
  const { model, choices, usage } = completionSchema.parse(body)
  const [choice] = choices
  const message = choice?.message
  return {
    model: model ?? undefined,
    content: message?.content ?? '',
    refusal: message?.refusal ?? '',
    toolCalls: (message?.tool_calls ?? []).map(
      ({ id, function: { name, arguments: argumentsJson } }, index) => ({
        id: id ?? `call_${index}`,
        name,
        argumentsJson: argumentsJson ?? '',
      }),
    ),
    finishReason: choice?.finish_reason,
    usage: usage ?? undefined,
  }
}

/** The answer in Switchyard's words. */
export function toProviderResult(
  parts: CompletionParts,
  request: ProviderRequest,
  clock: CallClock,
): ProviderResult {
  const refused = parts.refusal !== ''
  const generated = parts.content + parts.refusal + parts.toolCalls.map((call) => call.argumentsJson).join('')
  return {
    content: refused ? '' : parts.content,
    ...(refused ? { refusal: parts.refusal } : {}),
    toolCalls: parts.toolCalls,
    finishReason: toFinishReason(parts),
    usage: fromOpenAiUsage(parts.usage) ?? estimateUsage(request, generated),
    rawUsage: parts.usage ?? null,
    providerModel: parts.model ?? request.providerModel,
    timings: clock.timings(),
  }
}

function toFinishReason({ finishReason, refusal, toolCalls }: CompletionParts): FinishReason {
  if (refusal !== '') return 'refusal'
  if (finishReason === 'length') return 'length'
  if (finishReason === 'content_filter') return 'content-filter'
  // Some hosts say `stop` although they call a tool.
  return toolCalls.length > 0 ? 'tool-calls' : 'stop'
}
