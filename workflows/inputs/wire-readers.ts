import { choose, isRecord, mapped, object, optional, withDefault } from '../../domain/reading/composites.ts'
import { type Content, inlineContent } from '../../domain/content-ref.ts'
import { describeValue, INVALID, type Reader } from '../../domain/reading/reader.ts'
import { number, oneOf, text } from '../../domain/reading/scalars.ts'
import { COMPLEXITIES, OPTIMISATION_TARGETS, TASK_TYPES } from '../../domain/model-request.ts'
import { DATA_CLASSES } from '../../domain/catalog/deployment.ts'
import { type Priority, PRIORITIES } from '../../domain/limits/ticket.ts'
import type { ScoreWeights } from '../../domain/catalog/score-weights.ts'
import { checkId } from '../../domain/ids.ts'
import type { JsonObject } from '../../domain/json.ts'

const sha256 = text({
  check: (hash) => (/^[0-9a-f]{64}$/.test(hash) ? undefined : 'must be a SHA-256 in lower-case hex'),
})

const typedText: Reader<Content> = mapped(text(), inlineContent)
const inlineText: Reader<Content> = object({ inline: text({ minLength: 0 }) })
const reference: Reader<Content> = object({ sha256, bytes: number({ min: 0, isWhole: true }) })

/** Text as people type it, or as the client sends it. */
export const content: Reader<Content> = choose((value) => {
  if (!isRecord(value)) return typedText
  return 'sha256' in value ? reference : inlineText
})

export const taskType = oneOf(TASK_TYPES)
export const target = oneOf(OPTIMISATION_TARGETS)

const weight = number({ min: 0 })
const proportions = object({ cost: weight, latency: weight, quality: weight })
const weights: Reader<ScoreWeights> = (value, path, problems) => {
  const read = proportions(value, path, problems)
  if (read === INVALID || read.cost + read.latency + read.quality > 0) return read
  problems.add(path, 'must not all be 0')
  return INVALID
}

/** What a call, and a task for all of its steps, says about how its models are chosen. */
export const routeWishes = {
  dataClass: optional(oneOf(DATA_CLASSES)),
  complexity: optional(oneOf(COMPLEXITIES)),
  weights: optional(weights),
  session: optional(text({ maxLength: 256 })),
}

/** 1 goes first, 5 last. */
export const priority: Reader<Priority> = (value, path, problems) => {
  const known = PRIORITIES.find((candidate) => candidate === value)
  if (known !== undefined) return known
  problems.add(path, `must be one of ${PRIORITIES.join(', ')}, not ${describeValue(value)}`)
  return INVALID
}

/** Longest deadline that can be asked for: 30 days, as long as an idempotency key is honoured. */
const LONGEST_DURATION_MS = 30 * 24 * 3600 * 1000

export const durationMs = number({ min: 1, max: LONGEST_DURATION_MS, isWhole: true })

/** Who asks, for accounting. */
export const callerShape = {
  tenant: withDefault(id('tenant'), 'default'),
  user: optional(id('user')),
  feature: optional(id('feature')),
}

/** An object of JSON. Payloads are JSON, so that any object is one. */
export const jsonObject: Reader<JsonObject> = (value, path, problems) => {
  if (isJsonObject(value)) return value
  problems.add(path, `must be an object, not ${describeValue(value)}`)
  return INVALID
}

function isJsonObject(value: unknown): value is JsonObject {
  return isRecord(value)
}

/** An id that ends up in workflow and operation ids. */
function id(name: string): Reader<string> {
  return text({ check: (value) => checkId(name, value) })
}
