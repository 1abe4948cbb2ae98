import type { Content } from './content-ref.ts'
import type { DataClass } from './catalog/deployment.ts'
import type { Message, ResponseFormat, ToolCall, ToolChoice, ToolDefinition } from './message.ts'
import type { ScoreWeights } from './catalog/score-weights.ts'
import type { Usage } from './usage.ts'

/** What a request is about; each has its default model, temperature and output limit in the catalog. */
export const TASK_TYPES = [
  'chat',
  'classification',
  'extraction',
  'summarisation',
  'code',
  'reasoning',
  'creative',
  'analysis',
  'translation',
  'planning',
  'synthesis',
] as const
export type TaskType = (typeof TASK_TYPES)[number]

/** Makes one value for each task type. */
export function byTaskType<Value>(make: (task: TaskType) => Value): Readonly<Record<TaskType, Value>> {
  return {
    chat: make('chat'),
    classification: make('classification'),
    extraction: make('extraction'),
    summarisation: make('summarisation'),
    code: make('code'),
    reasoning: make('reasoning'),
    creative: make('creative'),
    analysis: make('analysis'),
    translation: make('translation'),
    planning: make('planning'),
    synthesis: make('synthesis'),
  }
}

export const OPTIMISATION_TARGETS = ['quality', 'speed', 'cost'] as const
/** What a task is optimised for. */
export type OptimisationTarget = (typeof OPTIMISATION_TARGETS)[number]

export const COMPLEXITIES = ['simple', 'complex', 'very-complex'] as const
/** How hard a request is. */
export type Complexity = (typeof COMPLEXITIES)[number]

/** Sampling and shape settings of a call. What is absent comes from the catalog's task defaults. */
export interface GenerationSettings {
  /** Upper bound of generated tokens, reasoning included. */
  readonly maxOutputTokens?: number
  readonly temperature?: number
  /** Makes sampling repeatable where the provider supports it. */
  readonly seed?: number
  readonly stop?: readonly string[]
  readonly responseFormat?: ResponseFormat
  readonly tools?: readonly ToolDefinition[]
  readonly toolChoice?: ToolChoice
}

/** One request to a model, as it travels through Temporal. */
export interface ModelRequest extends GenerationSettings {
  readonly messages: readonly Message[]
  readonly task?: TaskType
  readonly target?: OptimisationTarget
  /** A model of the catalog, by its logical name. Absent: the task's default, then its fallbacks. */
  readonly model?: string
  /** One version of `model`, and no other: it is never diverted. */
  readonly version?: string
  /** What it belongs to: a model's versions are chosen by it, so that a session stays with one. Absent: by the user. */
  readonly session?: string
  /** A prompt experiment: one of its variants is laid over the request while it runs. */
  readonly experiment?: string
  /** How sensitive its content is. Absent: the tenant's default, else `public`. */
  readonly dataClass?: DataClass
  /** Absent: judged by rules. */
  readonly complexity?: Complexity
  /** What counts when models are compared. Absent: the tenant's weights, else the task's. */
  readonly weights?: ScoreWeights
}

export const FINISH_REASONS = ['stop', 'length', 'tool-calls', 'content-filter', 'refusal'] as const
/** Why the model stopped. A refusal is a result, not an error. */
export type FinishReason = (typeof FINISH_REASONS)[number]

/** Durations of one call, in milliseconds. */
export interface CallTimings {
  readonly latencyMs: number
  /** From sending to the first generated token; absent where the provider does not stream. */
  readonly timeToFirstTokenMs?: number
}

/** The answer of one model call, as it travels through Temporal. */
export interface ModelAnswer {
  readonly content: Content
  readonly refusal?: string
  readonly toolCalls: readonly ToolCall[]
  readonly finishReason: FinishReason
  readonly usage: Usage
  readonly timings: CallTimings
  /** The model id that the provider says it used. */
  readonly providerModel: string
  /** Whether it has the shape that was asked for; absent where none was, or where nothing can be said about it. */
  readonly schema?: 'valid' | 'invalid'
}
