import { describe, expect, it } from 'vitest'
import { optimisationRunTable, optimisationText } from '../../cli/render/optimisation.ts'
import { optimisationMarkdown } from '../../domain/optimisation/optimisation-markdown.ts'
import type { OptimisationRun, RecordedResult } from '../../domain/optimisation/result.ts'
import { optimisationRequest } from '../../domain/optimisation/request.ts'
import { readOptimiseOptions } from '../../cli/optimise-options.ts'
import { readWhole } from '../../domain/reading/reader.ts'

const SNIPPET = '- version: "q4-1-s4"\n  tuning: { slots: 4 }'

const RESULTS: readonly RecordedResult[] = [
  {
    number: 1,
    endedAtMs: 2_000,
    action: 'concurrency',
    model: 'smol',
    version: 'q4-1',
    nodeId: 'a',
    verdict: 'proposed',
    reason: 'slots 4: it is faster',
    tried: [
      {
        name: 'slots 4',
        outcome: 'better',
        reason: 'it is faster',
        figures: [
          {
            name: 'throughput',
            unit: 'tokens/s',
            before: 100,
            after: 150,
            change: { share: 0.5, interval: { from: 0.41, to: 0.6 } },
          },
          { name: 'memory', unit: 'bytes', before: 2 ** 20, after: 3 * 2 ** 20, change: { share: 2 } },
        ],
      },
      { name: 'slots 64', outcome: 'failed', reason: 'it needs about 9 GiB', figures: [] },
    ],
    proposal: { version: 'q4-1-s4', snippet: SNIPPET, command: 'switchyard rollout start smol q4-1-s4' },
  },
  {
    number: 2,
    endedAtMs: 3_000,
    action: 'ledger-roll-up',
    verdict: 'unchanged',
    reason: 'nothing in the ledger is old enough',
    tried: [],
  },
]

function run(): OptimisationRun {
  const read = readWhole(optimisationRequest, { dryRun: true })
  if (!read.ok) throw new Error(read.problems.join())
  return {
    runId: 'run-1',
    workflowId: 'maintenance/optimise',
    by: 'ada',
    request: read.value,
    status: 'completed',
    startedAtMs: 0,
    endedAtMs: 65_000,
    results: RESULTS,
  }
}

describe('an optimisation', () => {
  it('shows before, after, the change with its interval, and what to do', () => {
    const text = optimisationText(run())
    expect(text).toMatch(
      /concurrency +smol q4-1 +slots 4 +throughput +100\.0 tokens\/s +150\.0 tokens\/s +\+50\.0 % \(\+41\.0 % to \+60\.0 %\) +better/,
    )
    expect(text).toMatch(/memory +1\.0 MiB +3\.0 MiB +\+200\.0 %/)
    expect(text).toMatch(/slots 64 .* failed/)
    expect(text).toContain('concurrency of smol q4-1: proposed\n  slots 4: it is faster\n')
    expect(text).toContain('Add to models.smol.versions in the catalog')
    expect(text).toContain('      - version: "q4-1-s4"\n        tuning: { slots: 4 }')
    expect(text).toContain('Then: switchyard rollout start smol q4-1-s4')
    expect(text).toContain('ledger-roll-up of the system: unchanged')
  })

  it('is a row in a list', () => {
    expect(optimisationRunTable([run()])).toMatch(/run-1 .* 1 min 05 s +ada +completed, dry run +proposed +2/)
    expect(optimisationRunTable([])).toContain('switchyard optimise run --dry-run')
  })

  it('stands in the details of its workflow', () => {
    const markdown = optimisationMarkdown({ now: 'statistics', results: RESULTS })
    expect(markdown).toContain('**Now:** statistics')
    expect(markdown).toContain('| concurrency | smol q4-1 | **proposed** | slots 4: it is faster |')
    expect(markdown).toContain(
      '| concurrency | slots 4 | throughput | 100.0 tokens/s | 150.0 tokens/s | +50.0 %',
    )
  })
})

describe('the flags of an optimisation', () => {
  it('become its input', () => {
    const input = readOptimiseOptions(['concurrency'], {
      model: 'smol',
      trySlots: '2, 4',
      requests: 3,
      keepDays: 90,
      compareWith: 'a,b',
      dryRun: true,
      by: 'ada',
    })
    expect(input).toMatchObject({
      actions: ['concurrency'],
      model: 'smol',
      tries: { slots: [2, 4] },
      load: { requests: 3, parallel: 4 },
      ledger: { keepDays: 90 },
      compareWith: ['a', 'b'],
      dryRun: true,
      by: 'ada',
    })
  })

  it('that are wrong are named', () => {
    expect(() => readOptimiseOptions(['faster'], {})).toThrow(/actions\.0: must be one of/)
    expect(() => readOptimiseOptions([], { trySlots: 'two' })).toThrow(
      /tries\.slots\.0: must be a whole number/,
    )
  })
})
