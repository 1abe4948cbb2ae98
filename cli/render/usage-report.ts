import { durationCell, type FigureColumn } from './cost-figures.ts'
import { figureTable, group, type Grouped } from './figure-table.ts'
import { formatCount, formatDuration, plural } from './format.ts'
import type { UsageFigures, UsageReport } from '../../domain/usage-report.ts'
import { formatUsd } from '../../domain/money.ts'

export const USAGE_GROUPINGS = ['model', 'tenant', 'endpoint'] as const
export type UsageGrouping = (typeof USAGE_GROUPINGS)[number]

const COLUMNS: readonly FigureColumn<UsageFigures>[] = [
  { title: 'requests', align: 'right', cell: ({ requests }) => formatCount(requests) },
  { title: 'per minute', align: 'right', cell: ({ requestsPerMinute }) => formatCount(requestsPerMinute) },
  { title: 'calls', align: 'right', cell: ({ attempts }) => formatCount(attempts) },
  { title: 'errors', align: 'right', cell: ({ errors }) => formatCount(errors) },
  { title: 'tokens in', align: 'right', cell: ({ inputTokens }) => formatCount(inputTokens) },
  { title: 'tokens out', align: 'right', cell: ({ outputTokens }) => formatCount(outputTokens) },
  { title: 'mean time', align: 'right', cell: ({ meanLatencyMs }) => durationCell(meanLatencyMs) },
  { title: 'cost', align: 'right', cell: ({ costNanoUsd }) => formatUsd(costNanoUsd) },
]

/** What was used lately as a table by one grouping, with the totals and what is still uncertain below. */
export function usageTable(report: UsageReport, by: UsageGrouping): string {
  const { totals, minutes } = report
  const period = formatPeriod(minutes)
  if (totals.attempts === 0) return `No calls were made during the last ${period}.`
  const sentence = [
    `During the last ${period}: ${plural(totals.requests, 'request')}, ${formatUsd(totals.costNanoUsd)}.`,
    ...(totals.open === 0 ? [] : [`${plural(totals.open, 'call')} under way, not in the cost.`]),
    ...(totals.ambiguous === 0
      ? []
      : [
          `${plural(totals.ambiguous, 'call')} with an unknown outcome, booked at the most they can have cost.`,
        ]),
  ].join(' ')
  return [figureTable(grouped(report, by), totals, COLUMNS), '', sentence].join('\n')
}

function formatPeriod(minutes: number): string {
  return minutes === 60 ? 'hour' : formatDuration(minutes * 60_000)
}

function grouped(report: UsageReport, by: UsageGrouping): Grouped<UsageFigures> {
  switch (by) {
    case 'model':
      return group(['model'], report.byModel, ({ model }) => [model])
    case 'tenant':
      return group(['tenant'], report.byTenant, ({ tenant }) => [tenant])
    case 'endpoint':
      return group(['provider', 'endpoint'], report.byEndpoint, ({ provider, endpoint }) => [
        provider,
        endpoint,
      ])
  }
}
