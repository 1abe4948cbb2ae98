import type { ExperimentDefinition, ExperimentVariant, LookPolicy } from './definition.ts'
import {
  DAY_MS,
  type ExperimentRequest,
  experimentRequest,
  MOST_UNITS,
  type RequestedVariant,
} from './experiment-request.ts'
import { INVALID, memberPath, type Reader } from '../reading/reader.ts'
import { METRICS } from './metric.ts'
import { sharesProblem } from '../rollout/assign.ts'

const HOUR_MS = 3_600_000

const DEFAULT_LOOKS: LookPolicy = {
  everyMs: HOUR_MS,
  maxDurationMs: 14 * DAY_MS,
  maxUnits: MOST_UNITS,
  minUnitsPerVariant: 100,
  plannedUnits: 2000,
  feedbackWithinMs: HOUR_MS,
}

/** Reads what is to be compared, with its defaults. Everything that is wrong is said, with its place. */
export const experimentDefinition: Reader<ExperimentDefinition> = (value, path, problems) => {
  const request = experimentRequest(value, path, problems)
  if (request === INVALID) return INVALID
  const definition = toDefinition(request)
  const wrong = variantsProblem(definition)
  if (wrong === undefined) return definition
  problems.add(memberPath(path, 'variants'), wrong)
  return INVALID
}

function toDefinition(request: ExperimentRequest): ExperimentDefinition {
  const {
    lookEveryMs: everyMs = DEFAULT_LOOKS.everyMs,
    maxDurationMs = DEFAULT_LOOKS.maxDurationMs,
    maxUnits = DEFAULT_LOOKS.maxUnits,
    minUnitsPerVariant = DEFAULT_LOOKS.minUnitsPerVariant,
    plannedUnits = DEFAULT_LOOKS.plannedUnits,
    feedbackWithinMs = DEFAULT_LOOKS.feedbackWithinMs,
    ...rest
  } = request
  const looks = { everyMs, maxDurationMs, maxUnits, minUnitsPerVariant, plannedUnits, feedbackWithinMs }
  const { errorRate = 0.05, better = METRICS[rest.metric].better } = rest
  return { ...rest, better, errorRate, variants: withShares(rest.variants), looks }
}

/** Without a share for any of them, all get the same. */
function withShares(variants: readonly RequestedVariant[]): readonly ExperimentVariant[] {
  const isOpen = variants.every(({ sharePercent }) => sharePercent === undefined)
  const equal = isOpen ? 100 / variants.length : 0
  return variants.map((variant) => ({ ...variant, sharePercent: variant.sharePercent ?? equal }))
}

function variantsProblem({ kind, variants }: ExperimentDefinition): string | undefined {
  if (variants.some(({ sharePercent }) => sharePercent === 0)) {
    return 'give every variant its sharePercent, or none of them: they get equal shares then'
  }
  const twin = kind === 'prompts' ? twinOf(variants) : undefined
  if (twin !== undefined) return `${twin} asks for the same as another one: there is nothing to compare`
  return sharesProblem(variants.map((variant) => ({ version: variant.name, percent: variant.sharePercent })))
}

/** A variant that does what one before it does. */
function twinOf(variants: readonly ExperimentVariant[]): string | undefined {
  const faces = variants.map(({ systemPrompt = null, settings = {} }) =>
    JSON.stringify([systemPrompt, settings]),
  )
  return variants.find((_, index) => faces.indexOf(faces[index] ?? '') !== index)?.name
}
