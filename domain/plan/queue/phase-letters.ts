import type { QueueEntry } from './ready-tree.ts'
import { SUBTASK_PHASES, type SubtaskPhase } from '../task-progress.ts'

/** What a saved queue keeps of each subtask; the rest follows from the plan. */
export type Standing = Pick<QueueEntry, 'phase' | 'gated'>

/** Stands for `waiting` with a person's yes still to come. */
const GATED = 'g'

const LETTERS: Readonly<Record<SubtaskPhase, string>> = {
  waiting: 'w',
  'awaiting-approval': 'a',
  ready: 'r',
  running: 'x',
  completed: 'c',
  failed: 'f',
  skipped: 's',
  cancelled: 'k',
}

const STANDINGS: ReadonlyMap<string, Standing> = new Map([
  ...SUBTASK_PHASES.map((phase): [string, Standing] => [
    LETTERS[phase],
    { phase, gated: phase === 'awaiting-approval' },
  ]),
  [GATED, { phase: 'waiting', gated: true }],
])

/** One letter per subtask. */
export function encodePhases(standings: readonly Standing[]): string {
  return standings.map(({ phase, gated }) => (phase === 'waiting' && gated ? GATED : LETTERS[phase])).join('')
}

/** Reads what `encodePhases` wrote. @throws Error on any other letter */
export function decodePhases(letters: string): readonly Standing[] {
  return Array.from(letters, (letter) => {
    const standing = STANDINGS.get(letter)
    if (standing === undefined)
      throw new Error(`a saved queue holds the unknown phase ${JSON.stringify(letter)}`)
    return standing
  })
}
