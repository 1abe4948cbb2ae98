import { type Column, renderTable } from './table.ts'
import { formatCount, formatDuration } from './format.ts'
import { appraise } from '../../domain/routing/order/appraisal.ts'
import { formatUsd } from '../../domain/money.ts'
import type { RouteExplanation } from '../../domain/routing/route-explanation.ts'
import type { RouteInput, RouteOption } from '../../domain/routing/route-input.ts'
import type { RouteReason } from '../../domain/routing/route.ts'

const COLUMNS: readonly Column[] = [
  { title: '', align: 'right' },
  { title: 'model' },
  { title: 'about', align: 'right' },
  { title: 'latency', align: 'right' },
  { title: 'quality', align: 'right' },
  { title: 'score = cost + latency + quality' },
  { title: 'why' },
]

/** Marks a figure that nobody measured or wrote down. */
const ASSUMED = '?'

/** The request as it was understood, the rule, and every model with its figures and its reason. */
export function routeTable({ input, decision, absent, ...explanation }: RouteExplanation): string {
  const options = new Map(input.options.map((option) => [option.candidate.model, option]))
  const absentNames = new Set(absent.map(({ model }) => model))
  const shown = decision.reasons.filter(
    ({ model, broken }) => !broken.includes('listed') && !absentNames.has(model),
  )
  const others = decision.reasons.filter(({ broken }) => broken.includes('listed'))
  const rows = shown.map((reason, index) => reasonRow(reason, index + 1, options.get(reason.model)))
  const facts = [
    `${input.task}, ${input.complexity ?? explanation.classification.complexity}`,
    `about ${formatCount(input.estimatedInputTokens)} tokens in`,
    `${input.dataClass} content`,
    ...(input.needs.length === 0 ? [] : [`needs ${input.needs.join(', ')}`]),
  ]
  return [
    facts.join(' · '),
    recognised(explanation),
    ...budgetLine(input),
    `Order: ${decision.because}.`,
    '',
    rows.length === 0 ? 'No model is left.' : renderTable(COLUMNS, rows),
    ...section(
      'Not considered:',
      others.map(({ model, reason }) => `${model} ${reason}`),
    ),
    ...section('Not available here:', notAvailable(absent, explanation.skipped)),
  ].join('\n')
}

function recognised({ classification, asks }: Pick<RouteExplanation, 'classification' | 'asks'>): string {
  const { signs, confidence, isUnsure } = classification
  if (signs[0] === 'declared') return 'Recognised: declared.'
  const by = signs.length === 0 ? 'nothing' : signs.join(', ')
  const advice = asks === undefined ? 'so better declare it' : `so ${asks} would be asked first`
  return `Recognised by ${by}, with confidence ${confidence.toFixed(2)}${isUnsure ? `: not sure, ${advice}` : ''}.`
}

function budgetLine({ budget: { leftNanoUsd, leftShare } }: RouteInput): readonly string[] {
  const left = [
    ...(leftNanoUsd === undefined ? [] : [formatUsd(leftNanoUsd)]),
    ...(leftShare === undefined ? [] : [`${Math.round(leftShare * 100)} %`]),
  ]
  return left.length === 0 ? [] : [`Left of the budget: ${left.join(', ')}.`]
}

/** Models by name where they are known, else the endpoints. */
function notAvailable(
  absent: RouteExplanation['absent'],
  skipped: RouteExplanation['skipped'],
): readonly string[] {
  return absent.length > 0
    ? absent.map(({ model, reason }) => `${model}: ${reason}`)
    : skipped.map(({ endpoint, reason }) => `endpoint ${endpoint}: ${reason}`)
}

function reasonRow(
  { model, kept, reason, score }: RouteReason,
  place: number,
  option: RouteOption | undefined,
): readonly string[] {
  const figures = option === undefined ? ['', '', ''] : figuresOf(option)
  return [kept ? String(place) : '✖', model, ...figures, scoreText(score), reason]
}

function scoreText(score: RouteReason['score']): string {
  if (score === undefined) return ''
  const parts = score.terms.map(({ points, weight }) => (points * weight).toFixed(3))
  return `${score.total.toFixed(3)} = ${parts.join(' + ')}`
}

function figuresOf(option: RouteOption): readonly string[] {
  const { costNanoUsd, latencyMs, quality, isQualityKnown } = appraise(option)
  const isLatencyKnown = option.latency.p50Ms !== undefined || option.latency.priorMs !== undefined
  return [
    formatUsd(costNanoUsd),
    `${formatDuration(latencyMs)}${isLatencyKnown ? '' : ASSUMED}`,
    `${quality.toFixed(2)}${isQualityKnown ? '' : ASSUMED}`,
  ]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)]
}
