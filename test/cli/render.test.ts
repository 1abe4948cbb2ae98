import { costTable } from '../../cli/render/cost-report.ts'
import { describe, expect, test } from 'vitest'
import { formatCount, formatDuration, plural } from '../../cli/render/format.ts'
import { oneLine } from '../../domain/one-line.ts'
import type { CostSummary } from '../../domain/cost-report.ts'
import { modelNotes } from '../../cli/render/model-notes.ts'
import { modelTable } from '../../cli/render/model-list.ts'
import { parseDuration } from '../../domain/duration.ts'
import { renderTable } from '../../cli/render/table.ts'
import type { UsageFigures, UsageReport } from '../../domain/usage-report.ts'
import { usageTable } from '../../cli/render/usage-report.ts'
import { testCatalog } from '../fixtures/catalogs.ts'
import { taskProgress } from './progress.ts'

test.each([
  [0, '0 ms'],
  [849.6, '850 ms'],
  [12_340, '12.3 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_720_000, '1 h 02 min'],
])('%d milliseconds are shown as %s', (durationMs, shown) => {
  expect(formatDuration(durationMs)).toBe(shown)
})

test.each([
  ['1500ms', 1500],
  ['90s', 90_000],
  ['5m', 300_000],
  ['1.5h', 5_400_000],
  ['7d', 604_800_000],
  ['0s', undefined],
  ['5', undefined],
  ['-5m', undefined],
  ['5 weeks', undefined],
])('%s is read as %s milliseconds', (text, durationMs) => {
  expect(parseDuration(text)).toBe(durationMs)
})

test('counts have separators and nouns their plural', () => {
  expect([formatCount(1_234_567), plural(1, 'call'), plural(2, 'call')]).toEqual([
    '1,234,567',
    '1 call',
    '2 calls',
  ])
})

test('a long text is cut to one line', () => {
  expect(oneLine('a\n  b', 10)).toBe('a b')
  expect(oneLine('abcdef', 4)).toBe('abc…')
})

test('a table aligns its columns, numbers to the right', () => {
  const table = renderTable(
    [{ title: 'name' }, { title: 'n', align: 'right' }],
    [
      ['a', '1'],
      ['long', '10'],
    ],
    ['all', '11'],
  )
  expect(table.split('\n')).toEqual(['name   n', '────  ──', 'a      1', 'long  10', '────  ──', 'all   11'])
})

const FIGURES = {
  operations: 1,
  attempts: 2,
  open: 0,
  errors: 1,
  errorShare: 0.5,
  ambiguous: 1,
  ambiguousNanoUsd: 700_000,
  inputTokens: 1000,
  outputTokens: 50,
  costNanoUsd: 1_500_000,
  maxCostNanoUsd: 1_000_000,
  meanLatencyMs: 800,
  p95LatencyMs: null,
  maxLatencyMs: 900,
}
const SUMMARY: CostSummary = {
  totals: { ...FIGURES, openReservedNanoUsd: 0, corrected: 0 },
  byModel: [{ ...FIGURES, model: 'smol' }],
  byDay: [{ ...FIGURES, day: '2026-11-21', model: 'smol' }],
  byUser: [{ ...FIGURES, tenant: 'acme', user: null }],
  byTenant: [{ ...FIGURES, tenant: 'acme' }],
  byFeature: [{ ...FIGURES, feature: 'search' }],
  byEndpoint: [{ ...FIGURES, provider: 'local', endpoint: 'local-cpu' }],
  byKind: [{ ...FIGURES, kind: 'call' }],
  expensive: [
    {
      operationId: 'call/acme/1',
      kind: 'call',
      tenant: 'acme',
      user: null,
      attempts: 2,
      costNanoUsd: 1_500_000,
    },
  ],
}

describe('the cost report', () => {
  test.each([
    ['model', 'smol'],
    ['day', '2026-11-21'],
    ['user', '(none)'],
    ['tenant', 'acme'],
    ['feature', 'search'],
    ['endpoint', 'local-cpu'],
    ['kind', 'call'],
    ['operation', 'call/acme/1'],
  ] as const)('by %s names %s and the exact cost', (by, name) => {
    const table = costTable(SUMMARY, by)
    expect(table).toContain(name)
    expect(table).toContain('$0.0015')
  })

  test('does not hide what is uncertain', () => {
    const table = costTable(SUMMARY, 'model')
    expect(table).toContain('1 call with an unknown outcome')
    expect(table).toMatch(/smol .*1 \(50 %\).*1 \(\$0\.0007\)/)
  })

  test('has no column for unknown outcomes when there are none', () => {
    const known = { ...FIGURES, ambiguous: 0, ambiguousNanoUsd: 0 }
    const totals = { ...SUMMARY.totals, ...known }
    expect(costTable({ ...SUMMARY, totals, byModel: [{ ...known, model: 'smol' }] }, 'model')).not.toContain(
      'unknown',
    )
  })

  test('names what copies cost, and only where there are any', () => {
    const byKind = [...SUMMARY.byKind, { ...FIGURES, kind: 'mirror' } as const]
    expect(costTable({ ...SUMMARY, byKind }, 'model')).toMatch(
      /Of these, \d+ calls? for \$0\.0015 (was a copy|were copies) for a version that is watched\./,
    )
    expect(costTable(SUMMARY, 'model')).not.toContain('watched')
  })

  test('says when there may be more operations than it shows, and when there is none', () => {
    expect(costTable(SUMMARY, 'operation', 1)).toContain('--limit shows more')
    expect(costTable(SUMMARY, 'operation', 2)).not.toContain('--limit')
    expect(costTable({ ...SUMMARY, expensive: [] }, 'operation')).toContain('No operation cost that much.')
  })

  test('says so when nothing was spent', () => {
    const totals = { ...SUMMARY.totals, attempts: 0 }
    expect(costTable({ ...SUMMARY, totals }, 'model')).toBe('No calls were made in this period.')
  })
})

const USAGE: UsageFigures = {
  requests: 30,
  requestsPerMinute: 0.5,
  attempts: 32,
  open: 2,
  errors: 3,
  ambiguous: 1,
  inputTokens: 1000,
  outputTokens: 50,
  costNanoUsd: 1_500_000,
  meanLatencyMs: 800,
}
const REPORT: UsageReport = {
  minutes: 60,
  totals: USAGE,
  byModel: [{ ...USAGE, model: 'smol' }],
  byTenant: [{ ...USAGE, tenant: 'acme' }],
  byEndpoint: [{ ...USAGE, provider: 'local', endpoint: 'local-cpu' }],
}

describe('the usage report', () => {
  test.each([
    ['model', 'smol'],
    ['tenant', 'acme'],
    ['endpoint', 'local-cpu'],
  ] as const)('by %s names %s with its requests per minute and its cost', (by, name) => {
    const table = usageTable(REPORT, by)
    expect(table).toMatch(new RegExp(`${name} +30 +0\\.5 +32 +3 .*800 ms +\\$0\\.0015`))
  })

  test('does not hide what is uncertain', () => {
    expect(usageTable(REPORT, 'model')).toContain(
      'During the last hour: 30 requests, $0.0015. 2 calls under way, not in the cost. 1 call with an unknown outcome',
    )
  })

  test('says so when nothing was called', () => {
    const totals = { ...USAGE, attempts: 0 }
    expect(usageTable({ ...REPORT, minutes: 5, totals }, 'model')).toBe(
      'No calls were made during the last 5 min 00 s.',
    )
  })
})

describe('the list of models', () => {
  const catalog = testCatalog([{ name: 'here' }, { name: 'away' }])

  test('shows versions, prices and the reason for what is absent', () => {
    const table = modelTable({
      catalog,
      skipped: [{ endpoint: 'away', reason: 'needs a key: set AWAY_KEY' }],
    })
    expect(table).toMatch(/here +2026-01-01 +here .*\$1\.00 +\$5\.00 .*active/)
    expect(table).toMatch(/away +2026-01-01 .*set AWAY_KEY/)
    expect(table).toContain('here → away')
  })
})

test('what a very small model cannot do is said when it took part, and only then', () => {
  const small = testCatalog([{ name: 'smol', version: { providerModel: 'SmolLM2-135M-Instruct' } }])
  const large = testCatalog([{ name: 'smol', version: { providerModel: 'large-1350m' } }])
  const progress = taskProgress({
    planning: { attempts: 1, inputTokens: 1, outputTokens: 1, costNanoUsd: 1, model: 'smol' },
  })
  expect(modelNotes(progress, { catalog: small, skipped: [] })).toHaveLength(1)
  expect(modelNotes(progress, { catalog: large, skipped: [] })).toEqual([])
  expect(modelNotes(taskProgress({}), { catalog: small, skipped: [] })).toEqual([])
})
