import type { Comparison } from '../judge-experiment.ts'
import { describeEnd, describeVerdict, formatPValue, formatValue } from './describe-verdict.ts'
import type { ExperimentState } from '../experiment-state.ts'
import { formatUtc } from '../../format-utc.ts'
import { METRICS, type MetricName } from '../metric.ts'
import { verdictOf } from '../experiment-state.ts'

/** An experiment as it stands, for the Temporal UI. */
export function experimentMarkdown(state: ExperimentState): string {
  const { definition, report, end } = state
  const { metric, better } = definition
  const comparisons = report?.comparisons ?? []
  return [
    `**${definition.id}** compares ${subject(state)} by ${metric} (${better} is better): ${METRICS[metric].meaning}.`,
    '',
    `**${describeVerdict(verdictOf(state), metric)}**`,
    '',
    ...variantLines(state),
    ...(comparisons.length === 0 ? [] : ['', ...comparisonLines(comparisons, metric)]),
    '',
    end === undefined ? nextLine(state) : `Ended ${formatUtc(end.atMs)}: ${endText(end)}.`,
  ].join('\n')
}

function subject({ definition }: ExperimentState): string {
  if (definition.kind === 'model-versions') return `versions of ${definition.model}`
  const { feature, task } = definition
  const scope = [
    ...(feature === undefined ? [] : [`feature ${feature}`]),
    ...(task === undefined ? [] : [`task ${task}`]),
  ]
  return scope.length === 0 ? 'prompts' : `prompts for ${scope.join(', ')}`
}

function variantLines({ definition, report }: ExperimentState): readonly string[] {
  const { metric } = definition
  const rows = definition.variants.map(({ name, sharePercent }) => {
    const figures = report?.variants.find(({ variant }) => variant === name)
    const mean = figures?.mean === undefined ? '–' : formatValue(figures.mean, metric)
    return `| ${name} | ${Number(sharePercent.toFixed(2))} % | ${figures?.units ?? 0} | ${mean} |`
  })
  return ['| variant | share | units | mean |', '| --- | --- | --- | --- |', ...rows]
}

function comparisonLines(comparisons: readonly Comparison[], metric: MetricName): readonly string[] {
  const rows = comparisons.map(({ control, variant, effect, interval: { from, to }, pValue, bound }) => {
    const ends = [from, to].map((end) => (end === null ? '?' : formatValue(end, metric)))
    return `| ${variant} against ${control} | ${formatValue(effect, metric)} | ${ends.join(' to ')} | ${formatPValue(pValue)} of ${formatPValue(bound)} |`
  })
  return [
    '| comparison | difference | interval, valid at every look | p, valid at every look, of its bound |',
    '| --- | --- | --- | --- |',
    ...rows,
  ]
}

function nextLine({ looks, nextLookAtMs, endsAtMs, maxUnits }: ExperimentState): string {
  return (
    `Looked ${looks} times; the next look is at ${formatUtc(nextLookAtMs)}. It ends by ${formatUtc(endsAtMs)} or with ` +
    `${maxUnits} units. Next action: none, or the update \`stop\` with \`{"by": "ada"}\`, or \`extend\` with ` +
    '`{"by": "ada", "durationMs": 604800000}`.'
  )
}

function endText({ reason, by, comment }: NonNullable<ExperimentState['end']>): string {
  return [
    describeEnd(reason),
    ...(by === undefined ? [] : [`by ${by}`]),
    ...(comment === undefined ? [] : [`(${comment})`]),
  ].join(' ')
}
