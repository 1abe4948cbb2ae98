import { type Column, renderTable } from './table.ts'
import { formatDuration, formatShare } from './format.ts'
import type { Guard } from '../../domain/rollout/guards.ts'
import type { RolloutPlan } from '../../domain/rollout/strategy.ts'

const STEP_COLUMNS: readonly Column[] = [
  { title: 'step', align: 'right' },
  { title: 'name' },
  { title: 'new version', align: 'right' },
  { title: 'copies', align: 'right' },
  { title: 'observed', align: 'right' },
  { title: 'ends by' },
  { title: 'at most', align: 'right' },
]

/** A rollout that is not started yet: its steps, and by what it is judged. */
export function rolloutPlanText(plan: RolloutPlan): string {
  const { model, strategy, stableVersion, canaryVersion, alpha, beta, guards } = plan
  const rows = plan.steps.map(
    ({ name, canaryPercent, mirrorPercent, observeMs, advance, deadlineMs, gate }, index) => [
      String(index + 1),
      name,
      `${canaryPercent} %`,
      mirrorPercent === 0 ? '' : `${mirrorPercent} %`,
      formatDuration(observeMs),
      gate === undefined ? advance : `${advance}, then a person`,
      formatDuration(observeMs + 2 * deadlineMs + (gate?.deadlineMs ?? 0)),
    ],
  )
  return [
    `${strategy} of ${model} from ${stableVersion} to ${canaryVersion}`,
    '',
    renderTable(STEP_COLUMNS, rows),
    '',
    `Guards: ${guards.map(guardText).join(', ')}.`,
    `A version that is as good is rolled back with a probability of at most ${formatShare(alpha)}; one that is too bad`,
    `passes a step that needs evidence with at most ${formatShare(beta)}, and needs ${plan.minCanaryUnits} requests.`,
    ...thresholdLines(plan),
    `Inconclusive twice: ${plan.whenInconclusive === 'hold' ? `held ${formatDuration(plan.holdMs)} for a person, then rolled back` : 'rolled back'}.`,
    `At 100 % ${stableVersion} stays loaded for ${formatDuration(plan.keepOldMs)}.`,
  ].join('\n')
}

function guardText(guard: Guard): string {
  if (guard.kind === 'quality') return `${guard.name} (margin ${guard.margin})`
  const limit = guard.limitMs === undefined ? '' : `, limit ${guard.limitMs} ms`
  return `${guard.name} (${guard.unacceptable} × as often is too bad${limit})`
}

function thresholdLines({ thresholds, tripwireFailures }: RolloutPlan): readonly string[] {
  const tripwire =
    tripwireFailures === 0
      ? []
      : [`Tripwire: ${tripwireFailures} failures in a row roll back at once; it bounds no error rate.`]
  if (thresholds === undefined) return tripwire
  const { maxErrorRate, minSuccessRate, maxMeanResponseMs, windowMs } = thresholds
  return [
    ...tripwire,
    `Plain limits over ${formatDuration(windowMs)}: ${formatShare(maxErrorRate)} errors, ` +
      `${formatShare(minSuccessRate)} success, ${formatDuration(maxMeanResponseMs)} mean response; they bound no error rate.`,
  ]
}
