import { markdownCell } from '../markdown-cell.ts'
import type { Figure, OptimisationResult, TriedChange } from './result.ts'
import { formatChange } from './decide-trial.ts'

/** Where a run stands. */
export interface OptimisationProgress {
  /** What is being tried, as a line for people; absent at the end. */
  readonly now?: string
  readonly results: readonly OptimisationResult[]
}

/** Shows a run as Markdown for the details of its workflow in the Temporal UI. */
export function optimisationMarkdown({ now, results }: OptimisationProgress): string {
  const rows = results.flatMap((result) => [
    `| ${result.action} | ${subjectOf(result)} | **${result.verdict}** | ${markdownCell(result.reason)} |`,
  ])
  const figures = results.flatMap((result) =>
    result.tried.flatMap((tried) => headFigure(tried).map((figure) => `| ${result.action} | ${figure} |`)),
  )
  return [
    ...(now === undefined ? [] : [`**Now:** ${markdownCell(now)}`, '']),
    ...(rows.length === 0
      ? ['Nothing has ended yet.']
      : ['| action | of | verdict | why |', '| --- | --- | --- | --- |', ...rows]),
    ...(figures.length === 0
      ? []
      : [
          '',
          '| action | tried | figure | before | after | change |',
          '| --- | --- | --- | --- | --- | --- |',
          ...figures,
        ]),
  ].join('\n')
}

/** `smol q4-1`, or `the system`. */
export function subjectOf({ model, version }: Pick<OptimisationResult, 'model' | 'version'>): string {
  return model === undefined ? 'the system' : [model, version].filter((part) => part !== undefined).join(' ')
}

function headFigure({ name, figures }: TriedChange): readonly string[] {
  const [figure] = figures
  if (figure === undefined) return [`${name} | – | – | – | –`]
  const { before, after } = figure
  return [
    `${name} | ${figure.name} | ${formatQuantity(before, figure.unit)} | ${formatQuantity(after, figure.unit)} | ${describeChange(figure)}`,
  ]
}

/** `+12.3 % (+8.0 % to +16.9 %)`; a dash where before is 0. */
export function describeChange({ change }: Figure): string {
  if (change === undefined) return '–'
  const { share, interval } = change
  if (interval === undefined) return formatChange(share)
  return `${formatChange(share)} (${formatChange(interval.from)} to ${formatChange(interval.to)})`
}

const MEBIBYTE = 2 ** 20

/** `123.4 tokens/s`, `12 MiB` */
export function formatQuantity(value: number, unit: Figure['unit']): string {
  if (unit === 'bytes') return `${(value / MEBIBYTE).toFixed(1)} MiB`
  if (unit === 'rows' || unit === 'nano-USD') return `${Math.round(value)} ${unit}`
  const digits = unit === 'nats/token' ? 4 : Math.abs(value) < 10 ? 2 : 1
  return unit === '' ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`
}
