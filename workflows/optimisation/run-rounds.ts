import { AS_IT_IS } from '../../domain/optimisation/candidates.ts'
import type { LoadShape } from '../../domain/optimisation/request.ts'
import { measureRound } from '../optimisation-proxies.ts'
import type { Measurement } from '../../domain/optimisation/measurement.ts'
import type { OptimisationBoard } from './optimisation-board.ts'
import { shuffle } from '../../domain/optimisation/shuffle.ts'
import type { TrialSetting } from '../../activities/optimisation/trials.ts'

export interface RoundsOptions {
  readonly board: OptimisationBoard
  /** For people: `concurrency of smol q4-1`. */
  readonly title: string
  readonly nodeId: string
  /** What stands today. */
  readonly baseline: TrialSetting
  readonly candidates: readonly TrialSetting[]
  readonly rounds: number
  readonly load: LoadShape
}

/**
 * Measures every setting once in each round, in an order that chance decides, each on a host that is started for it. What fails
 * once is not tried again, and without what stands today there is nothing to compare with.
 */
export async function runRounds(options: RoundsOptions): Promise<readonly (readonly Measurement[])[]> {
  const { board, title, nodeId, baseline, rounds, load } = options
  const measured: (readonly Measurement[])[] = []
  let candidates = options.candidates
  for (let round = 1; round <= rounds && candidates.length > 0; round++) {
    board.tell(`${title}: round ${round} of ${rounds}`)
    const settings = shuffle([baseline, ...candidates], () => Math.random())
    const parallel = Math.max(load.parallel, ...settings.map(({ subject }) => subject.tuning.slots))
    // oxlint-disable-next-line no-await-in-loop -- round after round
    const found = await measureRound(
      { settings, load, parallel, seed: round },
      nodeId,
      `${title}, round ${round}`,
    )
    measured.push(found)
    const failed = new Set(found.filter(({ status }) => status === 'failed').map(({ name }) => name))
    if (failed.has(baseline.name)) break
    candidates = candidates.filter(({ name }) => !failed.has(name))
  }
  return measured
}

/** What stands today, as a setting. */
export function baselineOf(subject: TrialSetting['subject'], name: string = AS_IT_IS): TrialSetting {
  return { name, subject }
}
