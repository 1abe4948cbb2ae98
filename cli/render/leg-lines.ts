import { formatDuration } from './format.ts'
import { formatUsd } from '../../domain/money.ts'
import type { LegReport } from '../../domain/call-result.ts'

/** One line for each model that was asked at once. */
export function legLines(legs: readonly LegReport[]): readonly string[] {
  return legs.map(({ model, version, status, costNanoUsd, latencyMs, agreed, excerpt }) =>
    [
      `  ${model} ${version}: ${status}`,
      ...(latencyMs === undefined ? [] : [formatDuration(latencyMs)]),
      formatUsd(costNanoUsd),
      ...(agreed === undefined || status !== 'answered' ? [] : [agreed ? 'agrees' : 'differs']),
      ...(agreed === false && excerpt !== undefined ? [JSON.stringify(excerpt)] : []),
    ].join(' · '),
  )
}
