import type { GenerationSettings } from '../../domain/model-request.ts'
import type { ChatTurn, GpuChoice, GenerationFigures, TextScore } from './protocol.ts'
import type { HostState } from './host-state.ts'
import type { HostStatus } from './host-status.ts'

export interface ModelHostOptions {
  /** A GGUF file. Of a split one, the first part. */
  readonly modelPath: string
  /** Names the weights in messages and in the status. */
  readonly version: string
  /** Lower-case hex. When given, the file is checked before it is loaded. */
  readonly sha256?: string
  /** Generations at the same time. */
  readonly slots: number
  /** Tokens of context that each slot gets, prompt and answer together. */
  readonly contextSize: number
  /** Default: 1 on machines with at most four cores, half the cores otherwise. */
  readonly threads?: number
  /** Tokens that are computed at once. Default 512, of which one prompt takes 32 at a time on a CPU. */
  readonly batchTokens?: number
  /** Prompt tokens that are computed once before it is ready. Default: those of one word. */
  readonly warmUpTokens?: number
  /** Default `'auto'`: the GPU where there is one, the CPU otherwise. */
  readonly gpu?: GpuChoice
  /** Makes recent tokens less likely, against the loops of small models. Default 1.1; 1 = not at all. */
  readonly repeatPenalty?: number
  /** Requests that may wait for a slot. Default 16. */
  readonly maxQueued?: number
  /** A generation without a prompt chunk or token for so long ends the process. Default 60,000. */
  readonly stallTimeoutMs?: number
  /** Default 600,000. */
  readonly loadTimeoutMs?: number
  /** Bytes that weights and contexts may take. Default: what the machine, or its container, has free. */
  readonly availableMemoryBytes?: number
  /** Whether it gives way to everything else on the machine, where the system knows `nice`. Default false. */
  readonly isBackground?: boolean
  /** Hears of every change of state. */
  readonly onState?: (state: HostState) => void
}

/** What one generation takes: text resolved, defaults filled in. */
export interface HostRequest extends Pick<
  GenerationSettings,
  'temperature' | 'seed' | 'stop' | 'responseFormat'
> {
  readonly messages: readonly ChatTurn[]
  readonly maxOutputTokens: number
}

export interface HostGenerateOptions {
  readonly signal: AbortSignal
  /** Waiting and generating together, in milliseconds. */
  readonly timeoutMs: number
  /** From 1, served first, to 10. Default 5. Requests of one priority are served in the order they came. */
  readonly priority?: number
  readonly onDelta?: (text: string) => void
}

export interface HostAnswer {
  readonly text: string
  readonly finishReason: 'stop' | 'length'
  readonly figures: GenerationFigures
  /** The seed that was used; given again it repeats the answer. */
  readonly seed: number
  /** From the call to the slot, in milliseconds. */
  readonly queuedMs: number
  /** From the call to the first generated token, waiting included, in milliseconds. */
  readonly timeToFirstTokenMs: number
  /** From the call to the end, in milliseconds. */
  readonly latencyMs: number
}

/** How a host process ended. */
export interface HostExit {
  readonly code: number | null
  readonly signal: string | null
  /** A sentence for people, with the end of what the process wrote to its error output. */
  readonly reason: string
}

/** One loaded model version in a process of its own. The process may die; the host object does not. */
export interface ModelHost {
  readonly version: string
  /**
   * Generates one answer.
   * @throws ProviderError: `unavailable` when the host takes no requests, `overloaded` when its queue is full,
   * `context-too-long`, `bad-request` (a schema that no grammar can hold), `invalid-response` (JSON cut off or
   * not valid), `worker-lost` when the process died, `timeout-before-send` while waiting, `timeout-after-send`
   * and `cancelled` with the exact usage.
   */
  generate(request: HostRequest, options: HostGenerateOptions): Promise<HostAnswer>
  /**
   * Says how likely the model finds a text, of as many tokens as a slot holds. For hosts that serve nobody.
   * @throws Error while it generates, when the text is too long, or the process dies
   */
  score(text: string): Promise<TextScore>
  status(): HostStatus
  /** Takes nothing new from now on; resolves when all that was accepted has ended, after the bound by force. */
  drain(options?: { readonly timeoutMs?: number }): Promise<void>
  /** Drains, frees the memory and ends the process. */
  unload(options?: { readonly timeoutMs?: number }): Promise<void>
  /** Ends the process at once. Open generations end as `worker-lost`. */
  kill(reason?: string): Promise<HostExit>
  /** Resolves when the process is gone, however it went. */
  readonly exited: Promise<HostExit>
}
