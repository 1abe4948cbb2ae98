import { flag, number, oneOf, text } from '../reading/scalars.ts'
import { list, object, optional, withDefault } from '../reading/composites.ts'
import { DEFAULT_ACTIONS, OPTIMISATION_ACTIONS } from './actions.ts'
import type { Read } from '../reading/reader.ts'
import { MOST_OF_TUNING, type TuningField } from '../catalog/host-tuning.ts'

const MOST_TRIES = 8
const DAY_MS = 86_400_000

const positive = (max: number) => number({ min: 1, max, isWhole: true })
const tries = (field: TuningField) =>
  optional(list(positive(MOST_OF_TUNING[field]), { minLength: 1, maxLength: MOST_TRIES }))

/** What is sent to a shadow host in each round. */
const load = object({
  requests: withDefault(positive(1000), 8),
  /** Under way at a time; at least the most slots that are tried. */
  parallel: withDefault(positive(1000), 4),
  promptWords: withDefault(positive(20_000), 60),
  outputTokens: withDefault(positive(20_000), 32),
  /** What has not ended by then is stopped, and counts as far as it came. Milliseconds. */
  timeLimitMs: withDefault(number({ min: 100, max: 600_000, isWhole: true }), 20_000),
})

/** 95th percentiles that a setting must stay within, or be no worse than today. Milliseconds. */
const bounds = object({
  timeToFirstTokenMs: withDefault(number({ min: 1 }), 1_000),
  timePerTokenMs: withDefault(number({ min: 1 }), 100),
})

const ledger = object({
  /** Operations that ended so many days ago become rows of daily sums. Absent: attempts are kept. */
  keepDays: optional(number({ min: 31, max: 36_500, isWhole: true })),
})

/** What starts an optimisation: one JSON object, in which nothing is needed. */
export const optimisationRequest = object({
  /** Default: every model with weights of its own and traffic. */
  model: optional(text({ maxLength: 64 })),
  /** Default: the stable version. */
  version: optional(text({ maxLength: 200 })),
  actions: withDefault(list(oneOf(OPTIMISATION_ACTIONS), { minLength: 1, maxLength: 20 }), DEFAULT_ACTIONS),
  /** Measure, and change nothing. */
  dryRun: withDefault(flag, false),
  /** Start a rollout for a better setting where the catalog has a version with it. */
  apply: withDefault(flag, false),
  /** Default: half, twice and four times the slots; 32, 128 and 512 tokens; 1, 2 and 4 threads; 64 tokens. */
  tries: withDefault(
    object({
      slots: tries('slots'),
      batchTokens: tries('batchTokens'),
      threads: tries('threads'),
      warmUpTokens: tries('warmUpTokens'),
    }),
    {},
  ),
  /** Each round measures every setting once. */
  rounds: withDefault(number({ min: 3, max: 100, isWhole: true }), 6),
  load: withDefault(load, {
    requests: 8,
    parallel: 4,
    promptWords: 60,
    outputTokens: 32,
    timeLimitMs: 20_000,
  }),
  bounds: withDefault(bounds, { timeToFirstTokenMs: 1_000, timePerTokenMs: 100 }),
  /** A change must help by more than this share, with the confidence below. */
  minimumGain: withDefault(number({ min: 0, max: 10 }), 0.05),
  confidence: withDefault(number({ min: 0.5, max: 0.999 }), 0.95),
  /** Of `quantisation`: the versions to compare with. Default: every other one of the model with other weights. */
  compareWith: optional(list(text({ maxLength: 200 }), { minLength: 1, maxLength: MOST_TRIES })),
  /** Of `quantisation`: texts whose likelihood is the measure of quality. Default: a fixed set. */
  texts: optional(list(text({ maxLength: 4_000 }), { minLength: 3, maxLength: 200 })),
  /** Of `quantisation`: the loss in nats per token that is no loss. */
  negligibleLoss: withDefault(number({ min: 0, max: 1 }), 0.02),
  /** Of `idle-unload`: versions without traffic are taken off their nodes when they had no call for so long. */
  idleForMs: withDefault(number({ min: 0, max: 365 * DAY_MS, isWhole: true }), DAY_MS),
  ledger: withDefault(ledger, {}),
  /** Who starts it. */
  by: withDefault(text({ maxLength: 200 }), 'somebody'),
})

/** Checked, with its defaults. */
export type OptimisationRequest = Read<typeof optimisationRequest>
export type LoadShape = OptimisationRequest['load']

/** The same as it is typed: everything may be left out. */
export type OptimisationInput = {
  readonly [Key in keyof OptimisationRequest]?: Partial<OptimisationRequest[Key]> | OptimisationRequest[Key]
}
