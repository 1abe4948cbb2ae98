import { type Column, renderTable } from './table.ts'
import type { CostFigures, CostSummary, CostTotals } from '../../domain/cost-report.ts'
import { formatCount, formatDuration, plural } from './format.ts'
import { formatUsd } from '../../domain/money.ts'

export const COST_GROUPINGS = ['model', 'day', 'user', 'feature', 'endpoint', 'operation'] as const
export type CostGrouping = (typeof COST_GROUPINGS)[number]

const FIGURES: readonly Column[] = [
  { title: 'calls', align: 'right' },
  { title: 'tokens in', align: 'right' },
  { title: 'tokens out', align: 'right' },
  { title: 'mean time', align: 'right' },
  { title: 'p95 time', align: 'right' },
  { title: 'dearest call', align: 'right' },
  { title: 'cost', align: 'right' },
]

/** A cost summary as a table by one grouping, with the totals and what is still uncertain below. */
export function costTable(summary: CostSummary, by: CostGrouping): string {
  const { totals } = summary
  if (totals.attempts === 0) return 'No calls were made in this period.'
  if (by === 'operation') return [expensiveTable(summary), '', totalsSentence(totals)].join('\n')
  const { names, rows } = grouped(summary, by)
  const columns = [...names.map((title) => ({ title })), ...FIGURES]
  const footer = ['all', ...names.slice(1).map(() => ''), ...figureCells(totals)]
  return [renderTable(columns, rows, footer), '', totalsSentence(totals)].join('\n')
}

interface Grouped {
  readonly names: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

function grouped(summary: CostSummary, by: Exclude<CostGrouping, 'operation'>): Grouped {
  switch (by) {
    case 'model':
      return group(['model'], summary.byModel, ({ model }) => [model])
    case 'day':
      return group(['day', 'model'], summary.byDay, ({ day, model }) => [day, model])
    case 'user':
      return group(['tenant', 'user'], summary.byUser, ({ tenant, user }) => [tenant, user ?? '(none)'])
    case 'feature':
      return group(['feature'], summary.byFeature, ({ feature }) => [feature ?? '(none)'])
    case 'endpoint':
      return group(['provider', 'endpoint'], summary.byEndpoint, ({ provider, endpoint }) => [
        provider,
        endpoint,
      ])
  }
}

function group<Row extends CostFigures>(
  names: readonly string[],
  rows: readonly Row[],
  label: (row: Row) => readonly string[],
): Grouped {
  return { names, rows: rows.map((row) => [...label(row), ...figureCells(row)]) }
}

function figureCells(figures: CostFigures): readonly string[] {
  return [
    formatCount(figures.attempts),
    formatCount(figures.inputTokens),
    formatCount(figures.outputTokens),
    figures.meanLatencyMs === null ? '' : formatDuration(figures.meanLatencyMs),
    figures.p95LatencyMs === null ? '' : formatDuration(figures.p95LatencyMs),
    formatUsd(figures.maxCostNanoUsd),
    formatUsd(figures.costNanoUsd),
  ]
}

function expensiveTable({ expensive }: CostSummary): string {
  const columns: readonly Column[] = [
    { title: 'operation' },
    { title: 'kind' },
    { title: 'tenant' },
    { title: 'user' },
    { title: 'calls', align: 'right' },
    { title: 'cost', align: 'right' },
  ]
  const rows = expensive.map(({ operationId, kind, tenant, user, attempts, costNanoUsd }) => [
    operationId,
    kind,
    tenant,
    user ?? '(none)',
    formatCount(attempts),
    formatUsd(costNanoUsd),
  ])
  return renderTable(columns, rows)
}

function totalsSentence(totals: CostTotals): string {
  const { operations, attempts, open, openReservedNanoUsd, ambiguous, corrected, costNanoUsd } = totals
  return [
    `${plural(operations, 'operation')}, ${plural(attempts, 'call')}, ${formatUsd(costNanoUsd)}.`,
    ...(open === 0 ? [] : [`${plural(open, 'call')} under way, ${formatUsd(openReservedNanoUsd)} reserved.`]),
    ...(ambiguous === 0
      ? []
      : [`${plural(ambiguous, 'call')} with an unknown outcome, booked at the most they can have cost.`]),
    ...(corrected === 0 ? [] : [`${plural(corrected, 'call')} corrected when the usage came late.`]),
  ].join(' ')
}
