import type { Direction, MetricName } from './metric.ts'
import type { TaskType } from '../model-request.ts'

/** Sampling settings that a prompt variant replaces. */
export interface VariantSettings {
  readonly temperature?: number
  readonly maxOutputTokens?: number
  readonly stop?: readonly string[]
}

/** One of the things that are compared. */
export interface ExperimentVariant {
  /** A version's id, or a name for a prompt. */
  readonly name: string
  /** Above 0, below 100; those of an experiment add up to 100. */
  readonly sharePercent: number
  /** Stands in place of the request's own system messages. */
  readonly systemPrompt?: string
  readonly settings?: VariantSettings
}

/** When it is looked at the evidence, and for how long. Looking more often costs no validity. */
export interface LookPolicy {
  /** Milliseconds between two looks. */
  readonly everyMs: number
  /** It ends undecided after this time, in milliseconds. */
  readonly maxDurationMs: number
  /** It ends undecided with so many units. */
  readonly maxUnits: number
  /** Nothing is decided before each variant has so many. */
  readonly minUnitsPerVariant: number
  /** Where the intervals are made tightest, and where alone the fixed-horizon test is valid. */
  readonly plannedUnits: number
  /** How long a verdict may come after its answer, for metrics that people give; milliseconds. */
  readonly feedbackWithinMs: number
}

interface CommonDefinition {
  readonly id: string
  readonly metric: MetricName
  readonly better: Direction
  /** The first is the one that others are compared with in reports. */
  readonly variants: readonly ExperimentVariant[]
  /** alpha: the probability that a winner is named that is not better, however often it is looked at. */
  readonly errorRate: number
  /** A difference of at most this, in the metric's unit, does not matter. Absent: every difference does. */
  readonly margin?: number
  readonly looks: LookPolicy
}

/** Two versions of a model, the stable one among them, with fixed shares of its traffic. */
export interface ModelVersionsDefinition extends CommonDefinition {
  readonly kind: 'model-versions'
  readonly model: string
}

/** Prompts and settings, laid over the requests that name the experiment. */
export interface PromptsDefinition extends CommonDefinition {
  readonly kind: 'prompts'
  /** Only requests of this feature. */
  readonly feature?: string
  /** Only requests of this type of task. */
  readonly task?: TaskType
}

/** What is compared, by what, and when it is decided; JSON-safe. */
export type ExperimentDefinition = ModelVersionsDefinition | PromptsDefinition
