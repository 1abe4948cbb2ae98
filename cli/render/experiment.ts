import {
  describeEnd,
  describeVerdict,
  formatPValue,
  formatValue,
} from '../../domain/experiments/report/describe-verdict.ts'
import { type Column, renderTable } from './table.ts'
import type { Comparison } from '../../domain/experiments/judge-experiment.ts'
import type { ExperimentRecord } from '../../domain/experiments/experiment-record.ts'
import { type ExperimentState, verdictOf } from '../../domain/experiments/experiment-state.ts'
import { formatUtc } from '../../domain/format-utc.ts'
import { METRICS, type MetricName } from '../../domain/experiments/metric.ts'

const LIST_COLUMNS: readonly Column[] = [
  { title: 'experiment' },
  { title: 'compares' },
  { title: 'by' },
  { title: 'units', align: 'right' },
  { title: 'state' },
  { title: 'verdict' },
]

/** Experiments as a table, a line each. */
export function experimentTable(records: readonly ExperimentRecord[]): string {
  if (records.length === 0) return 'No experiment was ever started.'
  const rows = records.map(({ state, isActive }) => {
    const { definition, report, end } = state
    const phase = end === undefined ? (isActive ? 'running' : 'its workflow is gone') : end.reason
    const verdict = describeVerdict(verdictOf(state), definition.metric)
    return [definition.id, subject(state), definition.metric, String(report?.units ?? 0), phase, verdict]
  })
  return renderTable(LIST_COLUMNS, rows)
}

const VARIANT_COLUMNS: readonly Column[] = [
  { title: 'variant' },
  { title: 'share', align: 'right' },
  { title: 'units', align: 'right' },
  { title: 'mean', align: 'right' },
]

const COMPARISON_COLUMNS: readonly Column[] = [
  { title: 'comparison' },
  { title: 'difference', align: 'right' },
  { title: 'interval' },
  { title: 'p', align: 'right' },
  { title: 'needed', align: 'right' },
]

/** One experiment: its verdict, its variants, its evidence, and what comes next. */
export function experimentText(state: ExperimentState): string {
  const { definition, report } = state
  const { metric, better } = definition
  const comparisons = report?.comparisons ?? []
  return [
    `${definition.id} compares ${subject(state)} by ${metric} (${better} is better: ${METRICS[metric].meaning}).`,
    `${describeVerdict(verdictOf(state), metric)}.`,
    '',
    variantTable(state),
    ...(comparisons.length === 0
      ? []
      : ['', comparisonTable(comparisons, metric), ...classicalLines(comparisons)]),
    '',
    nextLine(state),
  ].join('\n')
}

function subject({ definition }: ExperimentState): string {
  return definition.kind === 'prompts' ? 'prompts' : `versions of ${definition.model}`
}

function variantTable({ definition, report }: ExperimentState): string {
  const { metric } = definition
  const rows = definition.variants.map(({ name, sharePercent }) => {
    const figures = report?.variants.find(({ variant }) => variant === name)
    const mean = figures?.mean === undefined ? '–' : formatValue(figures.mean, metric)
    return [name, `${Number(sharePercent.toFixed(2))} %`, String(figures?.units ?? 0), mean]
  })
  return renderTable(VARIANT_COLUMNS, rows)
}

function comparisonTable(comparisons: readonly Comparison[], metric: MetricName): string {
  const rows = comparisons.map(({ control, variant, effect, interval: { from, to }, pValue, bound }) => [
    `${variant} against ${control}`,
    formatValue(effect, metric),
    [from, to].map((end) => (end === null ? '?' : formatValue(end, metric))).join(' to '),
    formatPValue(pValue),
    `at most ${formatPValue(bound)}`,
  ])
  return `${renderTable(COMPARISON_COLUMNS, rows)}\nInterval and p are valid at every look.`
}

function classicalLines(comparisons: readonly Comparison[]): readonly string[] {
  return comparisons.flatMap(({ control, variant, fixedHorizon }) =>
    fixedHorizon === undefined
      ? []
      : [
          `Welch's t-test, ${variant} against ${control}: p ${formatPValue(fixedHorizon.pValue)} with ` +
            `${fixedHorizon.units} units; valid with the ${fixedHorizon.plannedUnits} planned only, decides nothing here.`,
        ],
  )
}

function nextLine({ end, looks, nextLookAtMs, endsAtMs, maxUnits }: ExperimentState): string {
  if (end !== undefined) {
    const by = end.by === undefined ? '' : ` by ${end.by}`
    return `Ended ${formatUtc(end.atMs)}: ${describeEnd(end.reason)}${by}.`
  }
  return (
    `Looked ${looks} times; the next look is at ${formatUtc(nextLookAtMs)}. ` +
    `It ends by ${formatUtc(endsAtMs)} or with ${maxUnits} units.`
  )
}
