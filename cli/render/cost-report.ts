import { type CostFigures, type CostSummary, DEFAULT_EXPENSIVE_LIMIT } from '../../domain/cost-report.ts'
import { figureTable, group, type Grouped } from './figure-table.ts'
import { costColumns } from './cost-figures.ts'
import { expensiveTable } from './expensive-list.ts'
import { formatUsd } from '../../domain/money.ts'
import { plural } from './format.ts'

export const COST_GROUPINGS = [
  'model',
  'day',
  'user',
  'tenant',
  'feature',
  'endpoint',
  'kind',
  'operation',
] as const
export type CostGrouping = (typeof COST_GROUPINGS)[number]

/**
 * A cost summary as a table by one grouping, with the totals and what is still uncertain below.
 * @param limit how many operations were asked for at most
 */
export function costTable(
  summary: CostSummary,
  by: CostGrouping,
  limit: number = DEFAULT_EXPENSIVE_LIMIT,
): string {
  const { totals } = summary
  if (totals.attempts === 0) return 'No calls were made in this period.'
  const table =
    by === 'operation'
      ? expensiveTable(summary.expensive, limit)
      : figureTable(grouped(summary, by), totals, costColumns(totals))
  return [table, '', totalsSentence(summary)].join('\n')
}

function grouped(summary: CostSummary, by: Exclude<CostGrouping, 'operation'>): Grouped<CostFigures> {
  switch (by) {
    case 'model':
      return group(['model'], summary.byModel, ({ model }) => [model])
    case 'day':
      return group(['day', 'model'], summary.byDay, ({ day, model }) => [day, model])
    case 'user':
      return group(['tenant', 'user'], summary.byUser, ({ tenant, user }) => [tenant, user])
    case 'tenant':
      return group(['tenant'], summary.byTenant, ({ tenant }) => [tenant])
    case 'feature':
      return group(['feature'], summary.byFeature, ({ feature }) => [feature])
    case 'endpoint':
      return group(['provider', 'endpoint'], summary.byEndpoint, ({ provider, endpoint }) => [
        provider,
        endpoint,
      ])
    case 'kind':
      return group(['kind'], summary.byKind, ({ kind }) => [kind])
  }
}

/** Nobody got an answer for it: what a version costs that is only watched. */
function copiesSentence({ attempts, costNanoUsd }: CostFigures): string {
  return `Of these, ${plural(attempts, 'call')} for ${formatUsd(costNanoUsd)} ${attempts === 1 ? 'was a copy' : 'were copies'} for a version that is watched.`
}

function totalsSentence({ totals, byKind }: Pick<CostSummary, 'totals' | 'byKind'>): string {
  const { operations, attempts, open, openReservedNanoUsd, ambiguous, corrected, costNanoUsd } = totals
  return [
    `${plural(operations, 'operation')}, ${plural(attempts, 'call')}, ${formatUsd(costNanoUsd)}.`,
    ...byKind.filter(({ kind }) => kind === 'mirror').map(copiesSentence),
    ...(open === 0 ? [] : [`${plural(open, 'call')} under way, ${formatUsd(openReservedNanoUsd)} reserved.`]),
    ...(ambiguous === 0
      ? []
      : [`${plural(ambiguous, 'call')} with an unknown outcome, booked at the most they can have cost.`]),
    ...(corrected === 0 ? [] : [`${plural(corrected, 'call')} corrected when the usage came late.`]),
  ].join(' ')
}
