import { markdownCell } from '../../markdown-cell.ts'
import { formatUtc } from '../../format-utc.ts'
import { formatEvidence, type GuardEvidence } from '../evidence/judge.ts'
import type { RolloutState } from '../state.ts'
import { nextAction, type OfferedUpdate } from './next-action.ts'
import { type StepRow, stepRows } from './step-rows.ts'

/** More steps or decisions than these are counted only: the details of a workflow must stay small. */
const MOST_STEPS = 25
const MOST_DECISIONS = 8

/** Shows a rollout as Markdown for the details of its workflow in the Temporal UI. */
export function rolloutMarkdown(state: RolloutState): string {
  const { text, updates } = nextAction(state)
  return [
    headline(state),
    `**Next:** ${markdownCell(text)}`,
    ...(updates.length === 0 ? [] : [updateTable(updates)]),
    stepTable(stepRows(state)),
    ...(state.evidence.length === 0 ? [] : [evidenceTable(state.evidence)]),
    decisions(state),
  ].join('\n\n')
}

function headline({ plan, stage, canaryPercent, mirrorPercent, tryNumber }: RolloutState): string {
  const { model, strategy, stableVersion, canaryVersion } = plan
  const copies = mirrorPercent > 0 ? `, copies of ${mirrorPercent} %` : ''
  const again = tryNumber > 1 ? `, try ${tryNumber}` : ''
  return [
    `**${markdownCell(model)}: ${stage.phase}** (${strategy}${again})`,
    `new version ${markdownCell(canaryVersion)} has ${canaryPercent} %${copies}, stable version ${markdownCell(stableVersion)} has ${100 - canaryPercent} %`,
  ].join('  \n')
}

/** `by` is filled in by who sends it. */
function updateTable(updates: readonly OfferedUpdate[]): string {
  return [
    '| update | input | effect |',
    '| --- | --- | --- |',
    ...updates.map(
      ({ name, input, effect }) =>
        `| \`${name}\` | \`${JSON.stringify({ ...input, by: 'your name' })}\` | ${effect} |`,
    ),
  ].join('\n')
}

function stepTable(rows: readonly StepRow[]): string {
  const now = rows.findIndex(({ state }) => state === 'now')
  const first = Math.max(0, Math.min(now - 3, rows.length - MOST_STEPS))
  const shown = rows.slice(first, first + MOST_STEPS)
  const left = rows.length - shown.length
  return [
    '| step | new version | copies | observed | ends by | |',
    '| --- | ---: | ---: | ---: | --- | --- |',
    ...shown.map(stepRow),
    ...(left > 0 ? [`| and ${left} more | | | | | |`] : []),
  ].join('\n')
}

function stepRow({ number, step, state }: StepRow): string {
  const { name, canaryPercent, mirrorPercent, observeMs, advance, gate } = step
  const ends = gate === undefined ? advance : `${advance}, then a person`
  const mark = state === 'now' ? '**now**' : state
  return `| ${number}. ${markdownCell(name)} | ${canaryPercent} % | ${mirrorPercent} % | ${observeMs / 1000} s | ${ends} | ${mark} |`
}

function evidenceTable(evidence: readonly GuardEvidence[]): string {
  return [
    '| guard | new: bad of units | stable: bad of units | harm (goes back at) | safety (passes at) |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...evidence.map(({ guard, canary, stable, logHarm, harmBound, logSafety, safetyBound, isSafe }) => {
      const harm = `${formatEvidence(logHarm)} (${formatEvidence(harmBound)})`
      const safety = `${formatEvidence(logSafety)} (${formatEvidence(safetyBound)})${isSafe ? ' ✔' : ''}`
      const counts = [canary, stable].map(({ badEvents, units }) => `${badEvents} of ${units}`)
      return `| ${markdownCell(guard)} | ${counts.join(' | ')} | ${harm} | ${safety} |`
    }),
  ].join('\n')
}

function decisions({ history }: RolloutState): string {
  const shown = history.slice(-MOST_DECISIONS).toReversed()
  return ['**Decisions**, the newest first:', '']
    .concat(
      shown.map(({ atMs, by, text }) => `- ${formatUtc(atMs)} ${markdownCell(by)}: ${markdownCell(text)}`),
    )
    .join('\n')
}
