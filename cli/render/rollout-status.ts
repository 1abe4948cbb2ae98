import { type Column, renderTable } from './table.ts'
import { formatCount } from './format.ts'
import { formatEvidence } from '../../domain/rollout/evidence/judge.ts'
import { formatUtc } from '../../domain/format-utc.ts'
import { nextAction, type OfferedUpdate } from '../../domain/rollout/report/next-action.ts'
import { FINAL_PHASES, type RolloutState } from '../../domain/rollout/state.ts'
import type { RolloutSummary } from '../../client/rollouts.ts'
import { stepRows } from '../../domain/rollout/report/step-rows.ts'

const GUARD_COLUMNS: readonly Column[] = [
  { title: 'guard' },
  { title: 'new: bad', align: 'right' },
  { title: 'of', align: 'right' },
  { title: 'stable: bad', align: 'right' },
  { title: 'of', align: 'right' },
  { title: 'harm', align: 'right' },
  { title: 'goes back at', align: 'right' },
  { title: 'safety', align: 'right' },
  { title: 'passes at', align: 'right' },
  { title: '' },
]

const STEP_COLUMNS: readonly Column[] = [
  { title: 'step', align: 'right' },
  { title: 'new version', align: 'right' },
  { title: 'copies', align: 'right' },
  { title: 'ends by' },
  { title: '' },
]

/** Where a rollout stands: shares, evidence against its bounds, what comes next. */
export function rolloutStatusText(state: RolloutState, rolloutId: string): string {
  return [
    ...headLines(state),
    '',
    renderTable(
      STEP_COLUMNS,
      stepRows(state).map(({ number, step, state: standing }) => [
        String(number),
        `${step.canaryPercent} %`,
        step.mirrorPercent === 0 ? '' : `${step.mirrorPercent} %`,
        step.gate === undefined ? step.advance : `${step.advance}, then a person`,
        standing,
      ]),
    ),
    ...evidenceLines(state),
    '',
    ...nextLines(state, rolloutId),
    '',
    ...decisionLines(state, 5),
  ].join('\n')
}

/** The same in a few lines, to be drawn again and again. */
export function rolloutLines(state: RolloutState, rolloutId: string): readonly string[] {
  return [
    ...headLines(state),
    ...evidenceLines(state).flatMap((line) => line.split('\n')),
    '',
    ...nextLines(state, rolloutId),
    ...decisionLines(state, 3),
  ]
}

function headLines({
  plan,
  stage,
  canaryPercent,
  mirrorPercent,
  tryNumber,
}: RolloutState): readonly string[] {
  const { model, strategy, stableVersion, canaryVersion } = plan
  const copies = mirrorPercent > 0 ? ` and copies of ${mirrorPercent} %` : ''
  const again = tryNumber > 1 ? `, try ${tryNumber}` : ''
  return [
    `${model}: ${stage.phase} (${strategy}${again})`,
    `${canaryVersion} has ${canaryPercent} %${copies}, ${stableVersion} has ${100 - canaryPercent} %`,
  ]
}

function evidenceLines({ evidence }: RolloutState): readonly string[] {
  if (evidence.length === 0) return ['', 'Nothing was measured yet.']
  const rows = evidence.map(
    ({ guard, canary, stable, logHarm, harmBound, logSafety, safetyBound, isSafe }) => [
      guard,
      ...[canary.badEvents, canary.units, stable.badEvents, stable.units].map(formatCount),
      ...[logHarm, harmBound, logSafety, safetyBound].map(formatEvidence),
      isSafe ? '✔' : '',
    ],
  )
  return ['', renderTable(GUARD_COLUMNS, rows)]
}

function nextLines(state: RolloutState, rolloutId: string): readonly string[] {
  const { text, updates } = nextAction(state)
  return [
    `Next: ${text}`,
    ...updates.map((update) => `  ${commandLine(update, rolloutId)}   # ${update.effect}`),
  ]
}

function commandLine({ name, input }: OfferedUpdate, rolloutId: string): string {
  const { decision, ...values } = input
  const word = name === 'decide-gate' ? String(decision) : name
  return ['switchyard rollout', word, rolloutId, ...Object.values(values).map(String)].join(' ')
}

function decisionLines({ history }: RolloutState, most: number): readonly string[] {
  return history
    .slice(-most)
    .toReversed()
    .map(({ atMs, by, text }) => `${formatUtc(atMs)}  ${by}: ${text}`)
}

function isOver(phase: string): boolean {
  return FINAL_PHASES.some((final) => final === phase)
}

const LIST_COLUMNS: readonly Column[] = [
  { title: 'rollout' },
  { title: 'model' },
  { title: 'phase' },
  { title: 'share', align: 'right' },
  { title: '' },
  { title: 'started at' },
]

/** Rollouts, the newest first. */
export function rolloutTable(rollouts: readonly RolloutSummary[]): string {
  if (rollouts.length === 0) return 'Nothing was rolled out.'
  return renderTable(
    LIST_COLUMNS,
    rollouts.map(
      ({ rolloutId, model = '', phase = 'did not start', canaryPercent, isRunning, startedAt }) => [
        rolloutId,
        model,
        phase,
        canaryPercent === undefined ? '' : `${canaryPercent} %`,
        isRunning ? (isOver(phase) ? 'can be retried' : 'running') : 'over',
        startedAt,
      ],
    ),
  )
}
