import type { CallFailure } from '../../domain/failure.ts'
import type { ResponseFormat } from '../../domain/message.ts'
import type { HostArtifact, HostEngine, HostMemory, MemoryEstimate } from './host-status.ts'

/** One turn of a conversation, as a chat template takes it. */
export interface ChatTurn {
  readonly role: 'system' | 'user' | 'assistant'
  readonly text: string
}

/** Which GPU to compute on: the best there is, none, or one kind. */
export type GpuChoice = 'auto' | 'cuda' | 'vulkan' | 'metal' | false

/** What a host process loads. Sent once, as its first order. */
export interface LoadOrder {
  readonly modelPath: string
  /** Lower-case hex. When given, the file is read in full and must match. */
  readonly sha256?: string
  /** Generations at the same time. Each has a context of its own. */
  readonly slots: number
  /** Tokens of one slot's context, prompt and answer together. */
  readonly contextSize: number
  readonly threads: number
  /** Tokens that are computed at once; absent: the engine's choice. */
  readonly batchTokens?: number
  /** Prompt tokens that are computed once before it is ready; absent: those of one word. */
  readonly warmUpTokens?: number
  readonly gpu: GpuChoice
  /** The memory that weights and contexts may take, in bytes; absent: what the machine has free. */
  readonly availableMemoryBytes?: number
}

/** How to generate; the prompt was sent before, with `prepare`. */
export interface GenerationOrder {
  readonly maxOutputTokens: number
  readonly temperature: number
  /** From 0 to 2³² − 1. */
  readonly seed: number
  /** Makes recent tokens less likely; 1 = not at all. Not used where a schema fixes the names. */
  readonly repeatPenalty: number
  readonly stop: readonly string[]
  readonly responseFormat: ResponseFormat
  /** Whether to report the text while it grows. */
  readonly stream: boolean
}

/** Tokens that were really computed, whatever became of the generation. */
export interface TokenCounts {
  readonly promptTokens: number
  readonly outputTokens: number
}

export interface GenerationFigures extends TokenCounts {
  /** From the start in a slot to the end of the prompt, in milliseconds. */
  readonly prefillMs: number
  /** From the end of the prompt to the end of the answer, in milliseconds. */
  readonly decodeMs: number
  readonly memory: HostMemory
}

/** How likely a model finds a text: the less it is surprised, the better it models it. */
export interface TextScore {
  /** Tokens that were looked at: all but the first. */
  readonly tokens: number
  /** Natural logarithm of the probability of all of them, each after those before it. */
  readonly logLikelihood: number
}

export type GenerationEnd =
  | { readonly status: 'completed'; readonly text: string; readonly finishReason: 'stop' | 'length' }
  | { readonly status: 'cancelled' }
  | { readonly status: 'failed'; readonly failure: CallFailure }

/** What the parent tells a host process. */
export type HostOrder =
  | { readonly type: 'load'; readonly order: LoadOrder }
  /** Turn the messages into tokens and keep them; needs no slot. */
  | { readonly type: 'prepare'; readonly id: number; readonly messages: readonly ChatTurn[] }
  /** Generate from the prepared prompt. The parent never has more of these open than there are slots. */
  | { readonly type: 'generate'; readonly id: number; readonly order: GenerationOrder }
  /** Stop a generation, or forget a prepared prompt. */
  | { readonly type: 'cancel'; readonly id: number }
  /** Say how likely the model finds a text. Only while nothing is generated. */
  | { readonly type: 'score'; readonly id: number; readonly text: string }
  | { readonly type: 'unload' }

/** What a host process tells its parent. */
export type HostReport =
  | { readonly type: 'memory-reserved'; readonly estimate: MemoryEstimate }
  | { readonly type: 'weights-loaded' }
  | { readonly type: 'warm-up-ended' }
  | {
      readonly type: 'probe-passed'
      /** The context size that the engine made of the one asked for, at least as large. */
      readonly contextSize: number
      readonly artifact: HostArtifact
      readonly engine: HostEngine
      readonly memory: HostMemory
    }
  | { readonly type: 'load-failed'; readonly reason: string }
  | { readonly type: 'prepared'; readonly id: number; readonly promptTokens: number }
  | { readonly type: 'prepare-failed'; readonly id: number; readonly failure: CallFailure }
  | ({ readonly type: 'progressed'; readonly id: number } & TokenCounts)
  | ({ readonly type: 'scored'; readonly id: number } & TextScore)
  | { readonly type: 'score-failed'; readonly id: number; readonly reason: string }
  | { readonly type: 'text-produced'; readonly id: number; readonly text: string }
  | {
      readonly type: 'generation-ended'
      readonly id: number
      readonly end: GenerationEnd
      readonly figures: GenerationFigures
    }
