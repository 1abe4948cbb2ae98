import type { DecisionReplay } from '../../domain/routing/replay-decision.ts'

/** Whether a stored decision comes out the same, and what it was or what differs. */
export function replayText({
  operationId,
  acceptedAt,
  isSame,
  differences,
  decision,
}: DecisionReplay): string {
  const title = `${operationId}, accepted ${acceptedAt}`
  if (!isSame)
    return [`✖ ${title}: the decision comes out different.`, ...differences.map(indented)].join('\n')
  const { because = '', reasons = [] } = decision ?? {}
  return [
    `✔ ${title}: the same decision, bit for bit.`,
    `Order: ${because}.`,
    ...reasons.map(({ model, kept, reason }) => indented(`${kept ? '✔' : '✖'} ${model}: ${reason}`)),
  ].join('\n')
}

function indented(line: string): string {
  return `  ${line}`
}
