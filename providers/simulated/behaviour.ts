import { z } from 'zod'
import { FAULTS } from './fault.ts'

/** A right-skewed (log-normal) distribution by its median and 95th percentile; equal values make it constant. */
const distributionSchema = z
  .strictObject({ p50: z.number().nonnegative(), p95: z.number().nonnegative() })
  .refine(({ p50, p95 }) => p95 >= p50, 'p95 must not be below p50')
export type Distribution = Readonly<z.infer<typeof distributionSchema>>

const modelBehaviourSchema = z.strictObject({
  /** Time to the whole answer, in milliseconds. */
  latencyMs: distributionSchema.optional(),
  /** Time to the first token of a streamed answer, in milliseconds; at most the latency. */
  timeToFirstTokenMs: distributionSchema.optional(),
  outputTokens: distributionSchema.optional(),
  /** Probability of each fault, from 0 to 1. */
  faults: z.partialRecord(z.enum(FAULTS), z.number().min(0).max(1)).optional(),
  /** What a 429 asks to wait, in milliseconds. */
  retryAfterMs: z.number().nonnegative().optional(),
  /** How much later the first token comes with the fault `slow-start`, in milliseconds. */
  slowStartMs: z.number().nonnegative().optional(),
})

/** How the simulated provider behaves: for all models, and for single ones by their id. */
export const behaviourSchema = z.strictObject({
  default: modelBehaviourSchema.optional(),
  models: z.record(z.string(), modelBehaviourSchema).optional(),
})
export type SimulatedBehaviour = z.input<typeof behaviourSchema>
type Settings = z.infer<typeof modelBehaviourSchema>
export type ModelBehaviour = { readonly [Name in keyof Settings]-?: Exclude<Settings[Name], undefined> }

const DEFAULTS: ModelBehaviour = {
  latencyMs: { p50: 20, p95: 40 },
  timeToFirstTokenMs: { p50: 5, p95: 10 },
  outputTokens: { p50: 60, p95: 120 },
  faults: {},
  retryAfterMs: 1000,
  slowStartMs: 5000,
}

/** The settings of one model: its own, else those for all, else the built-in ones. */
export function behaviourOf(behaviour: SimulatedBehaviour, model: string): ModelBehaviour {
  return { ...DEFAULTS, ...given(behaviour.default), ...given(behaviour.models?.[model]) }
}

function given(settings: Settings | undefined): Partial<ModelBehaviour> {
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined))
}
