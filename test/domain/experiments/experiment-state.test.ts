import { describe, expect, it } from 'vitest'
import {
  afterLook,
  endExperiment,
  type ExperimentReport,
  extendExperiment,
  startExperiment,
  verdictOf,
} from '../../../domain/experiments/experiment-state.ts'
import { experimentMarkdown } from '../../../domain/experiments/report/experiment-markdown.ts'
import { judgeExperiment } from '../../../domain/experiments/judge-experiment.ts'
import { promptExperiment } from './definitions.ts'

const DEFINITION = promptExperiment({ lookEveryMs: 1000, maxDurationMs: 5000, maxUnits: 500 })
const STARTED = startExperiment(DEFINITION, { by: 'ada', nowMs: 10_000 })

function report(lookedAtMs: number, changes: Partial<ExperimentReport> = {}): ExperimentReport {
  return { ...judgeExperiment(DEFINITION, []), lookedAtMs, countedUntilMs: lookedAtMs, ...changes }
}

describe('an experiment', () => {
  it('is looked at again and again until its time is up', () => {
    const first = afterLook(STARTED, report(11_000))
    expect(first).toMatchObject({ looks: 1, nextLookAtMs: 12_000 })
    expect(afterLook(first, report(14_500)).nextLookAtMs).toBe(15_000)
    expect(afterLook(first, report(15_000)).end).toEqual({ reason: 'time-is-up', atMs: 15_000 })
  })

  it('ends with a decision, or with its units', () => {
    const verdict = { kind: 'winner', variant: 'warm' } as const
    const won = afterLook(STARTED, report(11_000, { verdict }))
    expect(won.end?.reason).toBe('decided')
    expect(verdictOf(won)).toEqual(verdict)
    expect(afterLook(STARTED, report(11_000, { units: 500 })).end?.reason).toBe('units-are-used-up')
  })

  it('once ended does not change any more', () => {
    const ended = endExperiment(STARTED, { reason: 'stopped', atMs: 12_000, by: 'ada' })
    expect(afterLook(ended, report(13_000))).toBe(ended)
    expect(extendExperiment(ended, { durationMs: 1, units: 1 })).toBe(ended)
    expect(endExperiment(ended, { reason: 'decided', atMs: 14_000 })).toBe(ended)
  })

  it('can be given more time and units', () => {
    const extended = extendExperiment(STARTED, { durationMs: 5000, units: 100 })
    expect(extended).toMatchObject({ endsAtMs: 20_000, maxUnits: 600, extensions: 1 })
    expect(afterLook(extended, report(15_000)).end).toBeUndefined()
  })

  it('is shown with its variants, its evidence and the next action', () => {
    expect(experimentMarkdown(STARTED)).toContain('undecided: nobody has looked yet')
    const looked = experimentMarkdown(afterLook(STARTED, report(11_000)))
    expect(looked).toContain('| plain | 50 % | 0 | – |')
    expect(looked).toContain('| warm against plain |')
    expect(looked).toContain('the update `stop`')
    const ended = experimentMarkdown(
      endExperiment(STARTED, { reason: 'stopped', atMs: 0, by: 'ada', comment: 'enough' }),
    )
    expect(ended).toContain('Ended 1970-01-01 00:00:00 UTC: it was stopped by ada (enough).')
  })
})
