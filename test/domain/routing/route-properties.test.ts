import { expect, it } from 'vitest'
import * as fc from 'fast-check'
import { brokenRequirements } from '../../../domain/routing/requirements.ts'
import { CAPABILITIES } from '../../../domain/catalog/model.ts'
import type { RouteInput, RouteOption } from '../../../domain/routing/route-input.ts'
import { DATA_CLASSES, DEPLOYMENTS, allowedDataClasses } from '../../../domain/catalog/deployment.ts'
import { COMPLEXITIES, OPTIMISATION_TARGETS } from '../../../domain/model-request.ts'
import { option, routeInput } from './route-inputs.ts'
import { route } from '../../../domain/routing/route.ts'

const share = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => Math.abs(value))
const milliseconds = fc.integer({ min: 0, max: 200_000 })
const money = fc.integer({ min: 0, max: 2_000_000_000 })

/** Figures from a handful of values, so that ties are frequent. */
const arbitraryOption: fc.Arbitrary<Partial<RouteOption>> = fc.record(
  {
    expectedNanoUsd: fc.oneof(money, fc.constantFrom(0, 1_000_000)),
    worstCaseNanoUsd: money,
    quality: fc.record(
      { prior: fc.oneof(share, fc.constantFrom(0.5, 0.7)), measured: share },
      { requiredKeys: [] },
    ),
    latency: fc.record(
      { priorMs: milliseconds, p50Ms: milliseconds, p95Ms: milliseconds },
      { requiredKeys: [] },
    ),
    capabilities: fc.subarray([...CAPABILITIES]),
    allowedDataClasses: fc.constantFrom(...DEPLOYMENTS.map(allowedDataClasses)),
    breaker: fc.constantFrom('closed', 'closed', 'half-open', 'open'),
    isReady: fc.constantFrom(true, true, false),
    isDeployed: fc.constantFrom(true, true, false),
    limitedForMs: fc.constantFrom(0, 0, 20_000),
    role: fc.constantFrom('default', 'fallback', 'target', 'other-target'),
  },
  { requiredKeys: [] },
)

const arbitraryInput: fc.Arbitrary<RouteInput> = fc
  .tuple(
    fc.array(arbitraryOption, { maxLength: 8 }),
    fc.record(
      {
        target: fc.constantFrom(...OPTIMISATION_TARGETS),
        complexity: fc.constantFrom(...COMPLEXITIES),
        dataClass: fc.constantFrom('public', 'public', ...DATA_CLASSES),
        estimatedInputTokens: fc.constantFrom(0, 1000, 79_000, 80_001, 200_000),
        needs: fc.subarray([...CAPABILITIES].slice(0, 4)),
        minQuality: fc.constantFrom(0, 0.5, 0.9),
        hasOwnWeights: fc.boolean(),
        weights: fc.record({ cost: share, latency: share, quality: share }),
        budget: fc.record({ leftNanoUsd: money, leftShare: share }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    ),
  )
  .map(([options, changes]) =>
    routeInput(
      options.map((entry, index) => option(`m${index}`, entry)),
      changes,
    ),
  )

it('no candidate breaks a hard constraint, and no dropped model keeps all of them', () => {
  fc.assert(
    fc.property(arbitraryInput, (input) => {
      const { candidates, reasons } = route(input)
      const kept = new Set(candidates.map(({ model }) => model))
      for (const entry of input.options) {
        const broken = brokenRequirements(entry, input).map(({ requirement }) => requirement)
        const reason = reasons.find(({ model }) => model === entry.candidate.model)
        if (kept.has(entry.candidate.model)) expect(broken).toEqual([])
        else if (!(reason?.broken.includes('listed') ?? false)) expect(reason?.broken).toEqual(broken)
      }
      expect(reasons).toHaveLength(input.options.length)
      expect(reasons.filter(({ kept: isKept }) => isKept).map(({ model }) => model)).toEqual(
        candidates.map(({ model }) => model),
      )
    }),
  )
})

it('a stored input gives the same decision, bit for bit', () => {
  fc.assert(
    fc.property(arbitraryInput, (input) => {
      const decision = JSON.stringify(route(input))
      const stored: RouteInput = JSON.parse(JSON.stringify(input))
      expect(stored).toEqual(input)
      expect(JSON.stringify(route(stored))).toBe(decision)
      expect(JSON.parse(decision)).toEqual(route(input))
    }),
  )
})

it('the order in which options are listed changes nothing', () => {
  const shuffled = arbitraryInput.chain((input) =>
    fc.tuple(
      fc.constant(input),
      fc.shuffledSubarray([...input.options], { minLength: input.options.length }),
    ),
  )
  fc.assert(
    fc.property(shuffled, ([input, options]) => {
      expect(route({ ...input, options })).toEqual(route(input))
    }),
  )
})

it('dropping any model leaves the others in their order', () => {
  const dropped = arbitraryInput
    .filter(({ options }) => options.length > 0)
    .chain((input) => fc.tuple(fc.constant(input), fc.nat({ max: input.options.length - 1 })))
  fc.assert(
    fc.property(dropped, ([input, index]) => {
      // One figure stays, so that the rule does.
      const witness = { ...option('witness', { isReady: false }), rank: 99 }
      const before = names({ ...input, options: [...input.options, witness] })
      const options = input.options.filter((_, place) => place !== index)
      const gone = input.options[index]?.candidate.model
      expect(names({ ...input, options: [...options, witness] })).toEqual(
        before.filter((name) => name !== gone),
      )
    }),
  )
})

it('adding a dominated model never changes the first', () => {
  const worse = fc.record({
    cost: fc.nat({ max: 1_000_000 }),
    latencyMs: fc.nat({ max: 50_000 }),
    quality: share,
    limitedForMs: fc.constantFrom(0, 10_000),
  })
  fc.assert(
    fc.property(arbitraryInput, worse, (input, by) => {
      const [first] = names(input)
      const best = input.options.find(({ candidate }) => candidate.model === first)
      if (best === undefined) return
      const dominated = dominatedBy(best, by, input.options.length)
      expect(names({ ...input, options: [...input.options, dominated] })[0]).toBe(first)
    }),
  )
})

interface Loss {
  readonly cost: number
  readonly latencyMs: number
  /** What is left of the quality, 0 to 1. */
  readonly quality: number
  readonly limitedForMs: number
}

/** Not better in anything, and later in the configured order. */
function dominatedBy(best: RouteOption, by: Loss, rank: number): RouteOption {
  const { prior, measured } = best.quality
  const { priorMs, p50Ms, p95Ms } = best.latency
  return {
    ...best,
    candidate: { ...best.candidate, model: 'dominated' },
    role: best.role === 'target' ? 'fallback' : best.role,
    rank,
    expectedNanoUsd: best.expectedNanoUsd + by.cost,
    quality: {
      ...(prior === undefined ? {} : { prior: prior * by.quality }),
      ...(measured === undefined ? {} : { measured: measured * by.quality }),
    },
    latency: {
      ...(priorMs === undefined ? {} : { priorMs: priorMs + by.latencyMs }),
      ...(p50Ms === undefined ? {} : { p50Ms: p50Ms + by.latencyMs }),
      ...(p95Ms === undefined ? {} : { p95Ms: p95Ms + by.latencyMs }),
    },
    limitedForMs: best.limitedForMs + by.limitedForMs,
  }
}

function names(input: RouteInput): readonly string[] {
  return route(input).candidates.map(({ model }) => model)
}
