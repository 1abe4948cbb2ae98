import { markdownCell } from '../markdown-cell.ts'
import type { CallEnd } from '../call-result.ts'
import { describeRule, type LegRule } from './strategy.ts'
import { formatUsd } from '../money.ts'

/** A leg as people see it while the call runs. */
export interface LegView {
  readonly model: string
  readonly version: string
  /** What it does now, in a few words. */
  readonly doing: string
  /** Set once it has ended. */
  readonly end?: CallEnd
}

/** Shows the legs of a call as Markdown for the details of its workflow; `notes` stand below. */
export function legsMarkdown(rule: LegRule, legs: readonly LegView[], notes: readonly string[]): string {
  const asked = legs.filter(({ doing }) => doing !== '').length
  const table = [
    '| leg | model | version | state | cost |',
    '| ---: | --- | --- | --- | ---: |',
    ...legs.map(row),
  ].join('\n')
  return [`**${describeRule(rule)}**: ${asked} of ${legs.length} asked`, table, ...notes].join('\n\n')
}

function row({ model, version, doing, end }: LegView, index: number): string {
  const cells = [String(index + 1), model, version, doing === '' ? 'not asked' : doing, cost(end)]
  return `| ${cells.map((cell) => markdownCell(cell)).join(' | ')} |`
}

function cost(end: CallEnd | undefined): string {
  if (end === undefined) return ''
  return formatUsd(end.status === 'answered' ? end.result.costNanoUsd : end.refusal.costNanoUsd)
}
