import type { LedgerObserver, SettledCall } from '../../store/ledger/ledger-observer.ts'
import { LEDGER_HISTOGRAMS, LEDGER_METRICS } from './ledger-definitions.ts'
import { createLabelLimit } from './label-limit.ts'
import type { MetricRegistry } from './metric-registry.ts'
import type { NanoUsd } from '../../domain/money.ts'
import type { Usage } from '../../domain/usage.ts'

const NANO_USD_PER_USD = 1e9

/** More tenants, or users, than this are counted together. */
const MOST_CALLERS = 500

export interface LedgerMetricOptions {
  /** Whether cost is told apart by user as well. */
  readonly withUsers: boolean
}

/** Counts what the ledger settles. What changed nothing is not counted, so that a settlement run twice counts once. */
export function createLedgerMetrics(
  registry: MetricRegistry,
  { withUsers }: LedgerMetricOptions,
): LedgerObserver {
  const requests = registry.counter(LEDGER_METRICS.requests)
  const attempts = registry.counter(LEDGER_METRICS.attempts)
  const requestSeconds = registry.histogram(LEDGER_HISTOGRAMS.requestSeconds)
  const attemptSeconds = registry.histogram(LEDGER_HISTOGRAMS.attemptSeconds)
  const countMoney = createMoneyCounters(registry, withUsers)
  const countTokens = createTokenCounter(registry)
  return {
    settled: ({ calls, endedAtMs }) => {
      for (const call of calls) {
        const { facts, record, change } = call
        const { model, version, endpoint, kind } = facts
        if (change === 'closed') {
          attempts.inc({ model, version, endpoint, status: record.status, failure: failureOf(record) })
          const labels = { model, version, status: record.status }
          attemptSeconds.observe(labels, secondsBetween(facts.openedAtMs, endedAtMs))
        }
        if (change !== 'kept') {
          countMoney(call)
          countTokens(call)
        }
        if (!call.hasEndedOperation || record.operationEnd === undefined) continue
        const { status } = record.operationEnd
        requests.inc({ model, version, kind, status })
        requestSeconds.observe({ model, version, status }, secondsBetween(facts.acceptedAtMs, endedAtMs))
      }
    },
  }
}

function createMoneyCounters(registry: MetricRegistry, withUsers: boolean): (call: SettledCall) => void {
  const cost = registry.counter(LEDGER_METRICS.cost)
  const returned = registry.counter(LEDGER_METRICS.returned)
  const tenantCost = registry.counter(LEDGER_METRICS.tenantCost)
  const limitTenant = createLabelLimit(MOST_CALLERS)
  const limitUser = createLabelLimit(MOST_CALLERS)
  return ({ facts, changeNanoUsd }) => {
    const { model, version, tenant, user } = facts
    // A counter never goes down: what a correction takes off is counted by itself.
    if (changeNanoUsd < 0) {
      returned.inc({ model, version }, toUsd(-changeNanoUsd))
      return
    }
    cost.inc({ model, version }, toUsd(changeNanoUsd))
    // A label without a value is no label to Prometheus.
    const labels = {
      tenant: limitTenant(tenant),
      user: withUsers && user !== null ? limitUser(user) : '',
    }
    tenantCost.inc(labels, toUsd(changeNanoUsd))
  }
}

/** By the value of the label `type`. */
const TOKEN_TYPES = {
  input: 'inputTokens',
  output: 'outputTokens',
  cached_input: 'cachedInputTokens',
  cache_write: 'cacheWriteTokens',
  reasoning: 'reasoningTokens',
} as const satisfies Record<string, keyof Usage>

function createTokenCounter(registry: MetricRegistry): (call: SettledCall) => void {
  const tokens = registry.counter(LEDGER_METRICS.tokens)
  return ({ facts: { model, version }, record: { usage } }) => {
    if (usage === undefined) return
    for (const [type, key] of Object.entries(TOKEN_TYPES)) {
      if (usage[key] > 0) tokens.inc({ model, version, type }, usage[key])
    }
  }
}

function failureOf({ failure, status }: SettledCall['record']): string {
  return failure?.kind ?? (status === 'completed' ? 'none' : 'unknown')
}

/** Two clocks that differ a little must not give a negative time. */
function secondsBetween(fromMs: number, toMs: number): number {
  return Math.max(0, toMs - fromMs) / 1000
}

function toUsd(amount: NanoUsd): number {
  return amount / NANO_USD_PER_USD
}
