import type { Catalog, Endpoint, Model } from '../../domain/catalog/model.ts'
import { median, printTable, requireAtMost } from '../rig/figures.ts'
import { byTaskType } from '../../domain/model-request.ts'
import { inlineContent } from '../../domain/content-ref.ts'
import { route } from '../../domain/routing/route.ts'
import { routeInputFor, type RouteRequest } from '../../domain/routing/route-input-for.ts'
import { textMessage } from '../../domain/message.ts'

const ENDPOINTS = 100
const ROUNDS = 40
const DECISIONS_PER_ROUND = 100
const WARM_UP_ROUNDS = 10

const MOST_MS = 1

const request: RouteRequest = {
  messages: [textMessage('user', inlineContent('Which of these would you take, and why? '.repeat(50)))],
}
const catalog = manyEndpoints()
const input = routeInputFor(catalog, request)

/** What each contender does once. Returns something, so that nothing is optimised away. */
const contenders = {
  'plain sort by cost': () =>
    input.options.toSorted((left, right) => left.expectedNanoUsd - right.expectedNanoUsd).length,
  'decide from a stored input': () => route(input).candidates.length,
  'gather the facts and decide': () => route(routeInputFor(catalog, request)).candidates.length,
}
const names = ['plain sort by cost', 'decide from a stored input', 'gather the facts and decide'] as const
const times = { [names[0]]: [] as number[], [names[1]]: [] as number[], [names[2]]: [] as number[] }
let routed = 0
for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
  for (const name of names) {
    const startedAt = performance.now()
    for (let index = 0; index < DECISIONS_PER_ROUND; index++) routed += contenders[name]()
    if (round >= 0) times[name].push((performance.now() - startedAt) / DECISIONS_PER_ROUND)
  }
}
const sortMs = median(times['plain sort by cost'])
printTable(
  `One request over ${ENDPOINTS} endpoints, median of ${ROUNDS} rounds of ${DECISIONS_PER_ROUND} (${routed} options ordered)`,
  ['', 'µs each', '× plain sort'],
  names.map((name) => [
    name,
    (median(times[name]) * 1000).toFixed(1),
    (median(times[name]) / sortMs).toFixed(1),
  ]),
)
requireAtMost('one decision in ms, facts included', median(times['gather the facts and decide']), MOST_MS)

/** One model at each endpoint, all of them for every task, with figures that differ. */
function manyEndpoints(): Catalog {
  const labels = Array.from({ length: ENDPOINTS }, (_, index) => `m${String(index).padStart(3, '0')}`)
  const [model = '', ...fallbacks] = labels
  return {
    version: 'bench',
    endpoints: Object.fromEntries(labels.map((name) => [name, endpoint(name)])),
    models: Object.fromEntries(labels.map((name, index) => [name, modelAt(name, index)])),
    tasks: byTaskType(() => ({ model, fallbacks, temperature: 0, maxOutputTokens: 500, minQuality: 0.4 })),
  }
}

function endpoint(name: string): Endpoint {
  const limits = { callTimeoutMs: 60_000, queueTimeoutMs: 60_000, concurrency: 16 }
  return { name, provider: name, kind: 'simulated', ...limits }
}

function modelAt(name: string, index: number): Model {
  // Steps that are coprime to the number of endpoints: every figure once, in an order of its own.
  const spread = (step: number) => ((index * step) % ENDPOINTS) / ENDPOINTS
  const version = {
    model: name,
    version: '2026-01-01',
    providerModel: `${name}-2026-01-01`,
    endpoint: name,
    contextWindow: 100_000,
    maxOutputTokens: 10_000,
    capabilities: ['json-schema', 'temperature'],
    planning: 'json-schema',
    price: {
      version: 'bench',
      input: { base: 100_000_000 + Math.round(spread(37) * 5_000_000_000) },
      output: { base: 500_000_000 + Math.round(spread(37) * 20_000_000_000) },
    },
    profile: { quality: { default: spread(61) }, latencyMs: 300 + Math.round(spread(83) * 9000) },
  } as const
  return { name, versions: [version] }
}
