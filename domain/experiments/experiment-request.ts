import { choose, isRecord, list, object, optional } from '../reading/composites.ts'
import { checkId } from '../ids.ts'
import { type Direction, DIRECTIONS, METRIC_NAMES, type MetricName } from './metric.ts'
import type { ExperimentVariant } from './definition.ts'
import { INVALID, type Reader } from '../reading/reader.ts'
import { number, oneOf, text } from '../reading/scalars.ts'
import { TASK_TYPES, type TaskType } from '../model-request.ts'

interface CommonRequest {
  /** Every experiment has an id of its own; it is never used again. */
  readonly id: string
  readonly metric: MetricName
  /** Which value is better; default: as the metric has it. */
  readonly better?: Direction
  /** The probability of a false winner; default 0.05. */
  readonly errorRate?: number
  /** A smaller difference does not matter, in the metric's unit; default: every difference does. */
  readonly margin?: number
  /** Default one hour, in milliseconds. */
  readonly lookEveryMs?: number
  /** Default 14 days, in milliseconds. */
  readonly maxDurationMs?: number
  /** Default and at most 200,000. */
  readonly maxUnits?: number
  /** Nothing is decided before; default 100. */
  readonly minUnitsPerVariant?: number
  /** Where intervals are tightest, and the classical test is valid; default 2,000. */
  readonly plannedUnits?: number
  /** How long feedback may come after its answer; default one hour, in milliseconds. */
  readonly feedbackWithinMs?: number
}

/** A variant without a share; all of them get the same then. */
export type RequestedVariant = Omit<ExperimentVariant, 'sharePercent'> & { readonly sharePercent?: number }

export interface PromptsRequest extends CommonRequest {
  readonly kind: 'prompts'
  readonly variants: readonly RequestedVariant[]
  /** Only requests of this feature. */
  readonly feature?: string
  /** Only requests that declare this type of task. */
  readonly task?: TaskType
}

export interface ModelVersionsRequest extends CommonRequest {
  readonly kind: 'model-versions'
  readonly model: string
  /** Two of its versions, the stable one among them. */
  readonly variants: readonly Pick<RequestedVariant, 'name' | 'sharePercent'>[]
}

/** What people type to start an experiment; what is left out has a safe default. */
export type ExperimentRequest = PromptsRequest | ModelVersionsRequest

export const DAY_MS = 86_400_000
/** What is read again at each look. */
export const MOST_UNITS = 200_000
const MAX_VARIANTS = 10
const MAX_PROMPT_LENGTH = 100_000

const count = optional(number({ min: 2, max: MOST_UNITS, isWhole: true }))
const durationMs = (days: number) => optional(number({ min: 1, max: days * DAY_MS, isWhole: true }))
const sharePercent = optional(number({ min: 0.1, max: 99.9 }))
const name = text({ maxLength: 200 })

const common = {
  id: text({ check: (id) => checkId('id', id) }),
  metric: oneOf(METRIC_NAMES),
  better: optional(oneOf(DIRECTIONS)),
  errorRate: optional(number({ min: 1e-6, max: 0.5 })),
  margin: optional(number({ min: 1e-9 })),
  lookEveryMs: durationMs(30),
  maxDurationMs: durationMs(90),
  maxUnits: count,
  minUnitsPerVariant: count,
  plannedUnits: count,
  feedbackWithinMs: durationMs(30),
}

const settings = object({
  temperature: optional(number({ min: 0, max: 2 })),
  maxOutputTokens: optional(number({ min: 1, isWhole: true })),
  stop: optional(list(text(), { maxLength: 4 })),
})

const promptVariant = object({
  name,
  sharePercent,
  systemPrompt: optional(text({ maxLength: MAX_PROMPT_LENGTH })),
  settings: optional(settings),
})

const prompts: Reader<ExperimentRequest> = object({
  ...common,
  kind: oneOf(['prompts']),
  variants: list(promptVariant, { minLength: 2, maxLength: MAX_VARIANTS }),
  feature: optional(text({ check: (id) => checkId('feature', id) })),
  task: optional(oneOf(TASK_TYPES)),
})

const modelVersions: Reader<ExperimentRequest> = object({
  ...common,
  kind: oneOf(['model-versions']),
  model: text(),
  variants: list(object({ name, sharePercent }), { minLength: 2, maxLength: 2 }),
})

const anyKind: Reader<string> = oneOf(['model-versions', 'prompts'])

const unknownKind: Reader<ExperimentRequest> = (value, path, problems) => {
  if (isRecord(value)) anyKind(value['kind'], 'kind', problems)
  else problems.add(path, 'must be an object with id, kind, metric and variants')
  return INVALID
}

/** Reads what people type. */
export const experimentRequest: Reader<ExperimentRequest> = choose((value) => {
  const kind = isRecord(value) ? value['kind'] : undefined
  if (kind === 'prompts') return prompts
  return kind === 'model-versions' ? modelVersions : unknownKind
})
