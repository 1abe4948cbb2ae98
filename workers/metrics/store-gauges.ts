import type { BudgetStatus } from '../../domain/budget/budget-status.ts'
import { breakerPhase } from '../../domain/limits/breaker.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { createFigureCache, type FigureCacheOptions } from './figure-cache.ts'
import type { MetricRegistry } from './metric-registry.ts'
import { type StoreFigures, type StoreFigureReaders, readStoreFigures } from './store-figures.ts'
import { STORE_GAUGES } from './gauge-definitions.ts'
import { setNodeCounts } from './node-counts.ts'

export interface StoreGaugeOptions extends StoreFigureReaders {
  readonly catalog: Pick<Catalog, 'endpoints'>
  /** Whether users' budgets are shown beside their tenants'. */
  readonly withUsers: boolean
  readonly cache?: FigureCacheOptions
}

const BREAKER_VALUES = { closed: 0, 'half-open': 1, open: 2 } as const

/** More budgets than this are not shown: a label must not grow without bound. */
const MOST_BUDGETS = 1_000

type StoreGauges = ReturnType<typeof createGauges>

/** Shows how the ledger stands, whenever the process is scraped. */
export function addStoreGauges(registry: MetricRegistry, options: StoreGaugeOptions): void {
  const gauges = createGauges(registry)
  const latest = createFigureCache(() => readStoreFigures(options), options.cache)
  registry.beforeScrape(async () => {
    const figures = await latest()
    for (const gauge of Object.values(gauges)) gauge.reset()
    gauges.readable.set(figures === undefined ? 0 : 1)
    if (figures === undefined) return
    setLimits(gauges, figures, Object.keys(options.catalog.endpoints))
    setTraffic(gauges, figures)
    setBudgets(gauges, figures.budgets, options.withUsers)
    setNodeCounts(gauges, figures.nodes)
  })
}

function createGauges(registry: MetricRegistry) {
  return {
    readable: registry.gauge(STORE_GAUGES.readable),
    breaker: registry.gauge(STORE_GAUGES.breaker),
    waiting: registry.gauge(STORE_GAUGES.waiting),
    pause: registry.gauge(STORE_GAUGES.pause),
    openAttempts: registry.gauge(STORE_GAUGES.openAttempts),
    budgetCap: registry.gauge(STORE_GAUGES.budgetCap),
    budgetSpent: registry.gauge(STORE_GAUGES.budgetSpent),
    budgetReserved: registry.gauge(STORE_GAUGES.budgetReserved),
    share: registry.gauge(STORE_GAUGES.share),
    mirror: registry.gauge(STORE_GAUGES.mirror),
    nodes: registry.gauge(STORE_GAUGES.nodes),
    readyNodes: registry.gauge(STORE_GAUGES.readyNodes),
  }
}

function setLimits(gauges: StoreGauges, figures: StoreFigures, endpoints: readonly string[]): void {
  const { breakers, pausedUntilMs, readAtMs } = figures.limits
  for (const endpoint of endpoints) {
    const state = breakers.get(endpoint)
    const phase = state === undefined ? 'closed' : breakerPhase(state, readAtMs)
    gauges.breaker.set({ endpoint }, BREAKER_VALUES[phase])
  }
  for (const [pool, untilMs] of pausedUntilMs) {
    gauges.pause.set({ pool }, Math.max(0, untilMs - readAtMs) / 1000)
  }
  for (const { pool, calls } of figures.waiting) gauges.waiting.set({ pool }, calls)
  for (const { model, version, attempts } of figures.open)
    gauges.openAttempts.set({ model, version }, attempts)
}

function setTraffic(gauges: StoreGauges, { traffic }: StoreFigures): void {
  for (const { model, arms, mirror } of Object.values(traffic)) {
    for (const { version, percent } of arms) gauges.share.set({ model, version }, percent / 100)
    if (mirror !== undefined) gauges.mirror.set({ model, version: mirror.version }, mirror.percent / 100)
  }
}

function setBudgets(gauges: StoreGauges, budgets: readonly BudgetStatus[], withUsers: boolean): void {
  const shown = budgets.filter(({ user }) => withUsers || user === undefined).slice(0, MOST_BUDGETS)
  for (const { tenant, user = '', window, ...budget } of shown) {
    const labels = { tenant, user, window }
    gauges.budgetCap.set(labels, budget.capNanoUsd / 1e9)
    gauges.budgetSpent.set(labels, budget.spentNanoUsd / 1e9)
    gauges.budgetReserved.set(labels, budget.reservedNanoUsd / 1e9)
  }
}
