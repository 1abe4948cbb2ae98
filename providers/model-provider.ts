import type { CallTimings, FinishReason, GenerationSettings } from '../domain/model-request.ts'
import type { JsonValue } from '../domain/json.ts'
import type { RateLimitReport } from '../domain/limits/rate-limit-report.ts'
import type { ResolvedMessage, ToolCall } from '../domain/message.ts'
import type { Usage } from '../domain/usage.ts'

/** One request in the form that every provider takes: text resolved, defaults filled in. */
export interface ProviderRequest extends GenerationSettings {
  /** Sent along where the provider has a place for it, so that its records can be joined to the ledger. */
  readonly attemptId: string
  /** The provider's own, pinned model id. */
  readonly providerModel: string
  readonly messages: readonly ResolvedMessage[]
  readonly maxOutputTokens: number
}

export interface ProviderResult {
  /** The visible answer; empty when the model refused or only called tools. */
  readonly content: string
  /** Why the model declined, when it did. */
  readonly refusal?: string
  readonly toolCalls: readonly ToolCall[]
  readonly finishReason: FinishReason
  readonly usage: Usage
  /** The provider's usage object, untouched. */
  readonly rawUsage: JsonValue
  /** The model id that the provider says it used. */
  readonly providerModel: string
  readonly timings: CallTimings
  /** What the provider said about its limits; absent when none is used up. */
  readonly rateLimit?: RateLimitReport
}

export interface GenerateOptions {
  /** Stops the call. The provider then throws a `ProviderError` of kind `cancelled`. */
  readonly signal: AbortSignal
  /** Time for the whole call, in milliseconds. */
  readonly timeoutMs: number
  /** Receives the answer's text as it comes; absent = the caller does not want to stream. */
  readonly onDelta?: (text: string) => void
}

/** One way of reaching models. Makes exactly one upstream call per `generate`: retrying is not its business. */
export interface ModelProvider {
  readonly name: string
  /** @throws ProviderError, always, whatever went wrong. */
  generate(request: ProviderRequest, options: GenerateOptions): Promise<ProviderResult>
}
