import type { AttemptCosts, OperationCosts } from '../../../store/reports/cost-report.ts'
import type { JournalEntry } from '../../../providers/simulated/journal.ts'

/** A served and answered call of 10 tokens in and 5 out. */
export function journalEntry(attemptId: string, changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    attemptId,
    at: '2026-11-21T00:00:00.000Z',
    model: 'sim-main-2026-01-01',
    surface: 'openai',
    status: 200,
    inputTokens: 10,
    outputTokens: 5,
    answered: true,
    ...changes,
  }
}

/** Its row: 10 × 150 + 5 × 600 nano-dollars. */
export function attemptRow(attemptId: string, changes: Partial<AttemptCosts> = {}): AttemptCosts {
  return {
    attemptId,
    number: 1,
    model: 'sim-main',
    version: '2026-01-01',
    provider: 'simulated',
    endpoint: 'simulated',
    status: 'completed',
    reservedNanoUsd: 100_000,
    costNanoUsd: 4_500,
    priceVersion: 'test',
    inputTokens: 10,
    outputTokens: 5,
    finishReason: 'stop',
    failureKind: null,
    latencyMs: 1,
    timeToFirstTokenMs: null,
    openedAt: '2026-11-21T00:00:00.000Z',
    closedAt: '2026-11-21T00:00:01.000Z',
    correctedAt: null,
    bookedBeforeNanoUsd: null,
    ...changes,
  }
}

/** The operation of these attempts. */
export function callOperation(
  attempts: readonly AttemptCosts[],
  changes: Partial<OperationCosts> = {},
): OperationCosts {
  return {
    operationId: 'call/default/1',
    kind: 'call',
    tenant: 'default',
    user: null,
    feature: null,
    taskId: null,
    status: 'completed',
    acceptedAt: '2026-11-21T00:00:00.000Z',
    endedAt: '2026-11-21T00:00:01.000Z',
    costNanoUsd: attempts.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0),
    attempts,
    ...changes,
  }
}
