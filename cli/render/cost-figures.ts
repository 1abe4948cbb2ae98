import { formatCount, formatDuration, formatShare } from './format.ts'
import type { Column } from './table.ts'
import type { CostFigures } from '../../domain/cost-report.ts'
import { formatUsd } from '../../domain/money.ts'

/** A column of figures, and what stands in it. */
export interface FigureColumn<Figures> extends Column {
  readonly align: 'right'
  readonly cell: (figures: Figures) => string
}

/** How many calls ended without an answer, and their share. */
export function errorCell({ errors, errorShare }: Pick<CostFigures, 'errors' | 'errorShare'>): string {
  return errors === 0 || errorShare === null ? formatCount(errors) : `${errors} (${formatShare(errorShare)})`
}

/** A time that may not have been measured. */
export function durationCell(durationMs: number | null): string {
  return durationMs === null ? '' : formatDuration(durationMs)
}

const UNKNOWN: FigureColumn<CostFigures> = {
  title: 'unknown',
  align: 'right',
  cell: ({ ambiguous, ambiguousNanoUsd }) =>
    ambiguous === 0 ? '' : `${formatCount(ambiguous)} (${formatUsd(ambiguousNanoUsd)})`,
}

/** The columns of a cost table; calls with an unknown outcome have one of their own when there are any. */
export function costColumns({ ambiguous }: CostFigures): readonly FigureColumn<CostFigures>[] {
  return [
    { title: 'calls', align: 'right', cell: ({ attempts }) => formatCount(attempts) },
    { title: 'errors', align: 'right', cell: errorCell },
    { title: 'tokens in', align: 'right', cell: ({ inputTokens }) => formatCount(inputTokens) },
    { title: 'tokens out', align: 'right', cell: ({ outputTokens }) => formatCount(outputTokens) },
    { title: 'mean time', align: 'right', cell: ({ meanLatencyMs }) => durationCell(meanLatencyMs) },
    { title: 'p95 time', align: 'right', cell: ({ p95LatencyMs }) => durationCell(p95LatencyMs) },
    { title: 'dearest call', align: 'right', cell: ({ maxCostNanoUsd }) => formatUsd(maxCostNanoUsd) },
    ...(ambiguous === 0 ? [] : [UNKNOWN]),
    { title: 'cost', align: 'right', cell: ({ costNanoUsd }) => formatUsd(costNanoUsd) },
  ]
}
