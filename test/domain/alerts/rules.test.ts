import { describe, expect, it } from 'vitest'
import { type BudgetReading, judgeBudgets } from '../../../domain/alerts/budget-rule.ts'
import { DEFAULT_ALERT_SETTINGS } from '../../../domain/alerts/alert-settings.ts'
import { evaluateRules } from '../../../domain/alerts/evaluate-rules.ts'
import type { Finding } from '../../../domain/alerts/finding.ts'
import { judgeErrors, judgeLatency, type TrafficReading } from '../../../domain/alerts/traffic-rules.ts'
import { judgeHealth } from '../../../domain/alerts/health-rule.ts'
import {
  judgeSchedules,
  type ScheduledRun,
  type ScheduleReading,
} from '../../../domain/alerts/schedule-rule.ts'
import { leastShare } from '../../../domain/alerts/share-bound.ts'

const { budget: budgetRule, traffic: trafficRule } = DEFAULT_ALERT_SETTINGS

const statusesOf = (findings: readonly Finding[]) => findings.map(({ status }) => status)

function budgetAt(spentNanoUsd: number, usualReservationNanoUsd?: number): BudgetReading {
  const capNanoUsd = 1_000_000_000
  return {
    budget: {
      id: 'day/acme',
      tenant: 'acme',
      window: 'day',
      whenSpent: 'reject',
      startsAt: '2026-11-21',
      capNanoUsd,
      resetsAtMs: 0,
      spentNanoUsd,
      reservedNanoUsd: 0,
      leftNanoUsd: capNanoUsd - spentNanoUsd,
      overshootNanoUsd: 0,
    },
    ...(usualReservationNanoUsd === undefined ? {} : { usualReservationNanoUsd }),
  }
}

describe('the budget rule', () => {
  const at = (spent: number, usual?: number) => statusesOf(judgeBudgets([budgetAt(spent, usual)], budgetRule))

  it('speaks at 80 % and at 100 %, once each', () => {
    expect(at(740_000_000)).toEqual(['clear', 'clear'])
    expect(at(800_000_000)).toEqual(['breached', 'clear'])
    expect(at(1_000_000_000)).toEqual(['holding', 'breached'])
    expect(at(1_200_000_000)).toEqual(['holding', 'breached'])
  })

  it('does not flap when late usage moves what is spent a little', () => {
    expect(at(780_000_000)).toEqual(['holding', 'clear'])
    expect(at(990_000_000)).toEqual(['breached', 'holding'])
  })

  it('takes a budget without room for a usual call as spent: what is refused is never spent', () => {
    const [, full] = judgeBudgets([budgetAt(950_000_000, 60_000_000)], budgetRule)
    expect(full).toMatchObject({
      status: 'breached',
      summary: expect.stringContaining(
        "95 % of the day's budget of tenant acme is spent: $0.95 of $1.00, and what is left",
      ),
    })
    expect(at(950_000_000, 40_000_000)).toEqual(['breached', 'holding'])
  })

  it('names tenant, period and threshold in the fingerprint', () => {
    const findings = judgeBudgets([budgetAt(0)], budgetRule)
    expect(findings.map(({ fingerprint }) => fingerprint)).toEqual([
      'budget/day/acme/2026-11-21/80',
      'budget/day/acme/2026-11-21/100',
    ])
  })
})

function trafficOf(changes: Partial<TrafficReading>): TrafficReading {
  return {
    model: 'chat',
    version: 'v1',
    calls: 100,
    errors: 0,
    timedCalls: 100,
    slowCalls: 0,
    slowLimitMs: 2_000,
    ...changes,
  }
}

describe('the rules about traffic', () => {
  it('fire when there are more errors than allowed even if chance was against the version', () => {
    const at = (errors: number, calls = 100) =>
      statusesOf(judgeErrors([trafficOf({ calls, errors })], trafficRule))[0]
    expect(at(4)).toBe('clear')
    expect(at(12)).toBe('holding')
    expect(at(25)).toBe('breached')
    expect(at(120, 1_000)).toBe('holding')
    expect(at(150, 1_000)).toBe('breached')
  })

  it('say nothing about a handful of calls', () => {
    expect(statusesOf(judgeErrors([trafficOf({ calls: 19, errors: 19 })], trafficRule))).toEqual(['holding'])
  })

  it('fire when many answers are slower than they were the day before', () => {
    const [slow] = judgeLatency([trafficOf({ slowCalls: 50 })], trafficRule)
    expect(slow).toMatchObject({
      status: 'breached',
      fingerprint: 'latency/chat/v1',
      summary: '50 of 100 answers of chat v1 in 10 min took longer than 2.00 s: 50 %, 20 % are allowed',
    })
    expect(statusesOf(judgeLatency([trafficOf({ slowCalls: 5 })], trafficRule))).toEqual(['clear'])
  })

  it('say nothing about the speed of a version that is new', () => {
    const { slowLimitMs: _unknown, ...young } = trafficOf({ slowCalls: 100 })
    expect(judgeLatency([young], trafficRule)).toEqual([])
  })

  it('bound a share from below, the more closely the more calls there are', () => {
    expect(leastShare(0, 0)).toBe(0)
    expect(leastShare(20, 20)).toBeCloseTo(0.69, 2)
    expect(leastShare(200, 1_000)).toBeGreaterThan(leastShare(20, 100))
    expect(leastShare(200, 1_000)).toBeLessThan(0.2)
  })
})

const NOW = Date.UTC(2026, 10, 21, 12)
const MINUTE = 60_000

function scheduleOf(changes: Partial<ScheduleReading>): ScheduleReading {
  return {
    scheduleId: 'health',
    isPaused: false,
    nextAtMs: [NOW + MINUTE, NOW + 2 * MINUTE],
    runs: [],
    ...changes,
  }
}

describe('the schedule rule', () => {
  const at = (changes: Partial<ScheduleReading>) => judgeSchedules([scheduleOf(changes)], NOW)[0]
  const runOf = (status: ScheduledRun['status'], startedAtMs = NOW): ScheduledRun => ({
    workflowId: 'health-1',
    status,
    startedAtMs,
  })

  it('fires when the last run failed, and resolves with the next good one', () => {
    expect(at({ runs: [runOf('failed')] })).toMatchObject({
      status: 'breached',
      summary: 'schedule health: its last run health-1 failed',
    })
    expect(at({ runs: [runOf('completed'), runOf('failed')] })).toMatchObject({ status: 'clear' })
    expect(at({ runs: [runOf('cancelled')] })).toMatchObject({ status: 'clear' })
    expect(at({ runs: [] })).toMatchObject({ status: 'clear' })
  })

  it('looks past a run that has only begun at the one before it', () => {
    expect(at({ runs: [runOf('running'), runOf('failed')] })).toMatchObject({ status: 'breached' })
    expect(at({ runs: [runOf('running'), runOf('completed')] })).toMatchObject({ status: 'clear' })
  })

  it('fires when a run does not come, unless the schedule is paused', () => {
    const overdue = { nextAtMs: [NOW - 11 * MINUTE, NOW - 10 * MINUTE] }
    expect(at(overdue)).toMatchObject({
      status: 'breached',
      summary: expect.stringContaining('the run of 2026-11-21 11:49:00 UTC did not come'),
    })
    expect(at({ ...overdue, isPaused: true })).toMatchObject({ status: 'clear' })
    expect(at({ nextAtMs: [NOW - 9 * MINUTE] })).toMatchObject({ status: 'clear' })
    expect(at({ nextAtMs: [] })).toMatchObject({ status: 'clear' })
  })

  it('fires when a run does not end', () => {
    expect(at({ runs: [runOf('running', NOW - 32 * MINUTE)] })).toMatchObject({ status: 'clear' })
    expect(at({ runs: [runOf('running', NOW - 34 * MINUTE)] })).toMatchObject({ status: 'breached' })
  })
})

describe('the health rule', () => {
  it('fires for a version that is out of routing, and waits while it returns', () => {
    const statuses = (['healthy', 'failing', 'out', 'returning'] as const).map(
      (status) => judgeHealth([{ model: 'chat', version: 'v1', endpoint: 'gpu', status }])[0]?.status,
    )
    expect(statuses).toEqual(['clear', 'holding', 'breached', 'holding'])
  })
})

describe('all rules together', () => {
  const NOTHING = { budgets: [], spends: [], traffic: [], health: [], schedules: [] }

  it('leave alone what could not be read, and say so', () => {
    const found = evaluateRules(
      { ...NOTHING, schedules: { failure: 'no answer' } },
      DEFAULT_ALERT_SETTINGS,
      NOW,
    )
    expect(found.failed).toEqual(['schedule'])
    expect(found.evaluated).not.toContain('schedule')
    expect(found.evaluated).toContain('watch')
    expect(found.findings).toMatchObject([
      { rule: 'watch', fingerprint: 'watch/schedule', status: 'breached' },
    ])
  })

  it('end the alerts of a rule that is turned off', () => {
    const settings = { ...DEFAULT_ALERT_SETTINGS, disabled: ['budget'] as const }
    const found = evaluateRules({ ...NOTHING, budgets: [budgetAt(2_000_000_000)] }, settings, NOW)
    expect(found.findings).toEqual([])
    expect(found.evaluated).toContain('budget')
  })
})
