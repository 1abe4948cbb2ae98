import { type EndedLeg, parallelEnd } from '../../../domain/legs/parallel-end.ts'
import { describe, expect, it } from 'vitest'
import type { CallEnd, CallRefusal } from '../../../domain/call-result.ts'
import { legsMarkdown } from '../../../domain/legs/leg-view.ts'
import type { Legs } from '../../../domain/legs/legs.ts'
import { simpleUsage } from '../../../domain/usage.ts'

const NAMES = { version: 'v1', endpoint: 'e' }

function answered(model: string, costNanoUsd: number): EndedLeg {
  const end: CallEnd = {
    status: 'answered',
    result: {
      ...NAMES,
      operationId: `call/t/1/${model}`,
      model,
      provider: 'p',
      answer: {
        content: { inline: `${model} says so` },
        toolCalls: [],
        finishReason: 'stop',
        usage: simpleUsage(1, 1),
        timings: { latencyMs: 12 },
        providerModel: model,
      },
      costNanoUsd,
      attempts: [{ ...NAMES, attemptId: `${model}#1`, model, status: 'completed', costNanoUsd }],
    },
  }
  return { operationId: `call/t/1/${model}`, model, version: 'v1', end }
}

function refused(model: string, kind: CallRefusal['kind'], costNanoUsd = 0): EndedLeg {
  const operationId = `call/t/1/${model}`
  const attempts = [{ ...NAMES, attemptId: `${model}#1`, model, status: 'failed', costNanoUsd } as const]
  const end: CallEnd = {
    status: 'refused',
    refusal: { operationId, kind, reason: `${model} is down`, attempts, costNanoUsd },
  }
  return { operationId, model, version: 'v1', end }
}

const race = (
  phase:
    | { readonly phase: 'won'; readonly winner: number }
    | { readonly phase: 'lost'; readonly isCancelled: boolean },
): Legs => ({
  rule: { kind: 'race', legs: 3 },
  legs: [],
  ...phase,
})
const LOST = race({ phase: 'lost', isCancelled: false })

describe('the end of a call of several legs', () => {
  it('is the winner’s answer under the call’s own id, with what all legs took', () => {
    const end = parallelEnd('call/t/1', race({ phase: 'won', winner: 1 }), [
      refused('a', 'cancelled', 5),
      answered('b', 7),
      undefined,
    ])
    expect(end).toMatchObject({
      status: 'answered',
      result: {
        operationId: 'call/t/1',
        model: 'b',
        costNanoUsd: 12,
        attempts: [{ model: 'a' }, { model: 'b' }],
        legs: [
          { model: 'a', status: 'cancelled', costNanoUsd: 5 },
          { model: 'b', status: 'answered', costNanoUsd: 7, latencyMs: 12, operationId: 'call/t/1/b' },
        ],
      },
    })
  })

  it('says why every leg failed, and lists every attempt', () => {
    const end = parallelEnd('call/t/1', LOST, [refused('a', 'all-failed', 1), refused('b', 'rejected', 2)])
    expect(end).toMatchObject({
      status: 'refused',
      refusal: {
        kind: 'all-failed',
        reason: 'all 2 legs failed: a: a is down; b: b is down',
        costNanoUsd: 3,
        attempts: [{ model: 'a' }, { model: 'b' }],
      },
    })
  })

  it('has the kind that all legs have in common', () => {
    const end = parallelEnd('call/t/1', LOST, [refused('a', 'over-budget'), refused('b', 'over-budget')])
    expect(end).toMatchObject({ refusal: { kind: 'over-budget' } })
  })

  it('tells what each leg said when they do not agree', () => {
    const state: Legs = { ...LOST, rule: { kind: 'consensus', legs: 3, agree: 2 } }
    const end = parallelEnd('call/t/1', state, [
      { ...answered('a', 1), excerpt: 'yes' },
      { ...answered('b', 1), excerpt: 'no' },
      refused('c', 'cancelled'),
    ])
    expect(end).toMatchObject({
      refusal: {
        kind: 'no-consensus',
        reason: 'no 2 of 3 legs agree: a says "yes"; b says "no"; c was stopped',
        legs: [{ excerpt: 'yes' }, { excerpt: 'no' }, { status: 'cancelled' }],
      },
    })
  })

  it('is cancelled when its caller gave up', () => {
    const end = parallelEnd('call/t/1', race({ phase: 'lost', isCancelled: true }), [
      refused('a', 'cancelled'),
    ])
    expect(end).toMatchObject({ refusal: { kind: 'cancelled', reason: 'the call was cancelled' } })
  })
})

describe('the details of a call of several legs', () => {
  it('show each leg, what it does and what it cost', () => {
    const shown = legsMarkdown(
      { kind: 'race', legs: 2 },
      [
        { model: 'a', version: 'v1', doing: 'answered, chosen', end: answered('a', 2_000_000).end },
        { model: 'b', version: 'v1', doing: '' },
      ],
      ['a note'],
    )
    expect(shown).toContain('**race of 2**: 1 of 2 asked')
    expect(shown).toContain('| 1 | a | v1 | answered, chosen | $0.002')
    expect(shown).toContain('| 2 | b | v1 | not asked |  |')
    expect(shown).toMatch(/a note$/)
  })
})
