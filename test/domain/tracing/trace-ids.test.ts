import {
  createTraceIds,
  formatTraceParent,
  isSampled,
  parseTraceParent,
} from '../../../domain/tracing/trace-ids.ts'
import { describe, expect, it } from 'vitest'
import { sha256Hex } from '../../../payloads/content-store.ts'

const ids = createTraceIds(sha256Hex)

describe('ids of traces', () => {
  it('are the same in every process, and of the form that OpenTelemetry wants', () => {
    const place = ids.place('task/acme/42', 'attempt', 'task/acme/42/subtask/s1@run#1')
    expect(place).toEqual(
      createTraceIds(sha256Hex).place('task/acme/42', 'attempt', 'task/acme/42/subtask/s1@run#1'),
    )
    expect(place.traceId).toMatch(/^[\da-f]{32}$/)
    expect(place.spanId).toMatch(/^[\da-f]{16}$/)
  })

  it('put everything of one workflow into one trace, and tell spans apart', () => {
    const attempt = ids.place('w', 'attempt', 'a')
    const settlement = ids.place('w', 'settlement', 'a')
    expect(attempt.traceId).toBe(ids.root('w').traceId)
    expect(new Set([attempt.spanId, settlement.spanId, ids.root('w').spanId]).size).toBe(3)
    expect(ids.root('other').traceId).not.toBe(attempt.traceId)
  })

  it('travel as traceparent', () => {
    const root = ids.root('w')
    expect(parseTraceParent(formatTraceParent(root))).toEqual(root)
    expect(parseTraceParent('00-short-01')).toBeUndefined()
  })

  it('decide alike about a share', () => {
    const all = Array.from({ length: 2_000 }, (_, number) => ids.root(`call/acme/${number}`).traceId)
    expect(all.filter((traceId) => isSampled(traceId, 1))).toHaveLength(2_000)
    expect(all.filter((traceId) => isSampled(traceId, 0))).toHaveLength(0)
    const share = all.filter((traceId) => isSampled(traceId, 0.25)).length / 2_000
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.3)
  })
})
