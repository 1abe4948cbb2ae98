import { describe, expect, it } from 'vitest'
import { readWhole } from '../../../domain/reading/reader.ts'
import { planRollout } from '../../../domain/rollout/planning/plan-rollout.ts'
import { rolloutRequest } from '../../../domain/rollout/planning/rollout-request.ts'
import { HOUR, MINUTE, planOf } from './rollouts.ts'

/** Everything that is wrong with a request, wherever it is found. */
function problemsOf(request: Readonly<Record<string, unknown>>): readonly string[] {
  const read = readWhole(rolloutRequest, { model: 'chat', version: 'v2', ...request })
  if (!read.ok) return read.problems
  const plan = planRollout(read.value, 'v1')
  return plan.ok ? [] : plan.problems
}

describe('the plan of a rollout', () => {
  it('needs a model and a version and nothing else', () => {
    const plan = planOf({})
    expect(plan).toMatchObject({
      strategy: 'canary',
      stableVersion: 'v1',
      alpha: 0.05,
      whenInconclusive: 'hold',
    })
    expect(plan.steps.map(({ observeMs }) => observeMs / MINUTE)).toEqual([5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
  })

  it('is a list of steps that ends by time, but for the one before 100 %', () => {
    const advances = planOf().steps.map(({ advance }) => advance)
    expect(advances.slice(0, 9).every((advance) => advance === 'time')).toBe(true)
    expect(advances[9]).toBe('evidence')
    expect(planOf({ fullWithoutEvidence: true }).steps[9]?.advance).toBe('time')
    expect(planOf({ advance: 'evidence' }).steps.every(({ advance }) => advance === 'evidence')).toBe(true)
  })

  it('has ten steps half a minute apart when it rolls', () => {
    const { steps } = planOf({ strategy: 'rolling' })
    expect(steps).toHaveLength(10)
    expect(new Set(steps.map(({ observeMs }) => observeMs))).toEqual(new Set([30_000]))
  })

  it('takes steps with gates and evaluations', () => {
    const { steps } = planOf({
      steps: [
        { evaluation: { suite: 'basics' }, mirrorPercent: 20 },
        { canaryPercent: 5, gate: { question: 'Go?' } },
        { canaryPercent: 100 },
      ],
    })
    expect(steps[0]).toMatchObject({ name: 'mirror 20 %', evaluation: { suite: 'basics', deadlineMs: HOUR } })
    expect(steps[1]).toMatchObject({ name: '5 %', gate: { question: 'Go?', onDeadline: 'reject' } })
  })

  it('has plain limits only when it asks for them', () => {
    expect(planOf().thresholds).toBeUndefined()
    expect(planOf({ thresholds: {} }).thresholds).toMatchObject({
      maxErrorRate: 0.05,
      maxMeanResponseMs: 3000,
    })
  })

  it('names guards in a word or in full', () => {
    const { guards } = planOf({
      guards: ['refusals', { metric: 'time-to-first-token', name: 'slo', limitMs: 800 }],
    })
    expect(guards).toMatchObject([
      { name: 'refusals' },
      { name: 'slo', metric: 'time-to-first-token', limitMs: 800 },
    ])
  })
})

describe('a request that is wrong', () => {
  it.each([
    [{ strategy: 'yolo' }, 'strategy: must be one of canary, rolling, blue-green, shadow, not "yolo"'],
    [
      { steps: [{ canaryPercent: 101 }] },
      'steps.0.canaryPercent: must be a number of at least 0 and at most 100, not 101',
    ],
    [{ version: 'v1' }, 'version: v1 has all traffic of chat already'],
    [{ guards: [] }, 'guards: must hold at least 1 items, holds 0'],
    [
      { guards: ['speed'] },
      'guards.0: must be one of errors, timeouts, refusals, schema-invalid, failures, time-to-first-token, time-per-output-token, judged-bad, quality, not "speed"',
    ],
    [{ guards: ['errors', 'errors'] }, 'guards: errors is there twice; give each a name of its own'],
    [
      { guards: [{ metric: 'errors', tolerated: 2, unacceptable: 2 }] },
      'guards.0.unacceptable: must be more than 2, which is tolerated',
    ],
    [
      { guards: [{ metric: 'quality', margin: 0.1, unacceptable: 0.05 }] },
      'guards.0.unacceptable: must be more than 0.1, the margin',
    ],
    [{ startPercent: 20 }, 'steps.0.canaryPercent: a canary begins with at most 5 %, not 20'],
    [
      { steps: [{ canaryPercent: 5 }, { canaryPercent: 5 }, { canaryPercent: 100 }] },
      'steps.1.canaryPercent: must be more than 5, the share of the step before it, not 5',
    ],
    [
      { strategy: 'rolling', steps: [{ canaryPercent: 100 }] },
      'steps.0: 100 % needs evidence, which only a step before it with some traffic can gather; add one or set fullWithoutEvidence',
    ],
    [
      { steps: [{ canaryPercent: 5, mirrorPercent: 5 }] },
      'steps.0: either answers requests or gets copies of them, not both',
    ],
    [
      { strategy: 'shadow', steps: [{ canaryPercent: 5 }] },
      'steps.0.canaryPercent: a shadow never answers, so its share is 0',
    ],
    [
      { steps: [{ mirrorPercent: 5 }] },
      'steps: the last one must give the new version a share; use the strategy shadow to only watch it',
    ],
    [
      { steps: [{ canaryPercent: 5 }, { canaryPercent: 100, gate: {} }] },
      'steps.1: a gate or an evaluation at 100 % holds nothing back; give it to the step before',
    ],
    [{ weight: 5 }, /^weight: is not known here; known: model, version, strategy/],
  ])('%j is told so', (request, wanted) => {
    expect(problemsOf(request)).toEqual([typeof wanted === 'string' ? wanted : expect.stringMatching(wanted)])
  })

  it('may go to 100 % at once when the operator takes the risk', () => {
    expect(
      problemsOf({ strategy: 'blue-green', fullWithoutEvidence: true, steps: [{ canaryPercent: 100 }] }),
    ).toEqual([])
  })
})
