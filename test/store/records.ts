import type { Price } from '../../domain/catalog/price.ts'
import type { Candidate } from '../../domain/routing/candidate.ts'
import { attemptId } from '../../domain/ids.ts'
import { simpleUsage } from '../../domain/usage.ts'
import type {
  AdmissionRecord,
  AttemptOption,
  AttemptRecord,
  OperationRecord,
  SettlementRecord,
} from '../../store/ledger/ledger.ts'

/** 1,000 nano-dollars an input token, 2,000 an output token. */
export const PRICE: Price = {
  version: 'list-1',
  input: { base: 1_000_000_000 },
  output: { base: 2_000_000_000 },
}

export const CANDIDATE: Candidate = {
  model: 'chat-small',
  version: 'chat-small-2026-01-01',
  providerModel: 'chat-small-2026-01-01',
  provider: 'simulated',
  endpoint: 'simulated-1',
  taskQueue: 'provider.simulated',
  callTimeoutMs: 60_000,
  queueTimeoutMs: 10_000,
  contextWindow: 8_000,
  maxOutputTokens: 100,
  temperature: 0,
  planning: 'numbered-lines',
}

export const RESERVED = 500_000

/** When the tests' admissions are asked for, unless a test says otherwise. */
export const NOON = Date.UTC(2026, 10, 21, 12)

/** The one option of an admission, in a pool without limits. */
export const OPTION: AttemptOption = {
  candidate: CANDIDATE,
  reservedNanoUsd: RESERVED,
  price: PRICE,
  quota: { pool: 'simulated-1', limits: {}, tokens: 150 },
  leaseMs: 100_000,
}

export interface AdmissionOptions {
  readonly number?: number
  readonly runId?: string
  readonly operation?: Partial<OperationRecord>
  readonly attempt?: Partial<AttemptRecord>
  /** What is different about its one option. */
  readonly option?: Partial<AttemptOption>
  readonly nowMs?: number
  readonly approvedBy?: string
}

/** An admission of attempt 1 of a request to one candidate, with what the test changes about it. */
export function admission(operationId: string, options: AdmissionOptions = {}): AdmissionRecord {
  const { number = 1, runId = 'run-1' } = options
  return {
    operation: {
      operationId,
      kind: 'call',
      tenant: 'acme',
      requestHash: 'hash-1',
      decision: { reason: 'default model' },
      candidates: [CANDIDATE],
      ...options.operation,
    },
    attempt: {
      attemptId: attemptId(operationId, runId, number),
      operationId,
      runId,
      number,
      ...options.attempt,
    },
    options: [{ ...OPTION, ...options.option }],
    patienceMs: 10_000,
    nowMs: options.nowMs ?? NOON,
    ...(options.approvedBy === undefined ? {} : { approvedBy: options.approvedBy }),
  }
}

/** A settlement with an answer of 10 tokens for 100: 120,000 nano-dollars. */
export function completion(id: string, changes: Partial<SettlementRecord> = {}): SettlementRecord {
  return {
    attemptId: id,
    status: 'completed',
    charge: 'usage',
    usage: simpleUsage(100, 10),
    rawUsage: { prompt_tokens: 100, completion_tokens: 10 },
    providerModel: CANDIDATE.providerModel,
    finishReason: 'stop',
    timings: { latencyMs: 250, timeToFirstTokenMs: 40 },
    ...changes,
  }
}

export const COMPLETION_COST = 120_000

/** A settlement of an attempt that was lost with its worker. */
export function loss(id: string, changes: Partial<SettlementRecord> = {}): SettlementRecord {
  return {
    attemptId: id,
    status: 'ambiguous',
    charge: 'reserved',
    failure: { kind: 'worker-lost', message: 'The worker is gone' },
    ...changes,
  }
}
