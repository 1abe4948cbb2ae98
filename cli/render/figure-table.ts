import type { FigureColumn } from './cost-figures.ts'
import { renderTable } from './table.ts'

/** The rows of a report by one grouping. */
export interface Grouped<Figures> {
  /** What the rows are told apart by, one column for each. */
  readonly names: readonly string[]
  readonly rows: readonly { readonly labels: readonly string[]; readonly figures: Figures }[]
}

/** Puts a label to each row of a grouping. */
export function group<Figures, Row extends Figures>(
  names: readonly string[],
  rows: readonly Row[],
  labelsOf: (row: Row) => readonly (string | null)[],
): Grouped<Figures> {
  return {
    names,
    rows: rows.map((row) => ({ labels: labelsOf(row).map((label) => label ?? '(none)'), figures: row })),
  }
}

/** A table of figures with the totals as its last row. */
export function figureTable<Figures>(
  { names, rows }: Grouped<Figures>,
  totals: Figures,
  figureColumns: readonly FigureColumn<Figures>[],
): string {
  const cells = (figures: Figures) => figureColumns.map(({ cell }) => cell(figures))
  return renderTable(
    [...names.map((title) => ({ title })), ...figureColumns],
    rows.map(({ labels, figures }) => [...labels, ...cells(figures)]),
    ['all', ...names.slice(1).map(() => ''), ...cells(totals)],
  )
}
