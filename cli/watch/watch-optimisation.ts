import type { OptimisationProgress } from '../../domain/optimisation/optimisation-markdown.ts'
import type { StartedOptimisation } from '../../client/optimisations.ts'
import { subjectOf } from '../../domain/optimisation/optimisation-markdown.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Terminal } from '../terminal.ts'

const LOOK_EVERY_MS = 1_000

/** Shows results as they come, as lines, until it has ended or the signal comes. @throws when it fails */
export async function watchOptimisation(
  started: StartedOptimisation,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const ended = started.result().then(
    () => 'ended' as const,
    (error: unknown) => ({ error }),
  )
  let shown = 0
  let told: string | undefined
  const show = ({ now, results }: OptimisationProgress): void => {
    for (const result of results.slice(shown)) {
      terminal.note(`${result.action} of ${subjectOf(result)}: ${result.verdict}`)
    }
    shown = results.length
    if (now !== undefined && now !== told) terminal.note(now)
    told = now
  }
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- each look follows the one before
    const look = await Promise.race([ended, sleep(LOOK_EVERY_MS, 'look' as const)])
    if (typeof look === 'object') throw look.error
    // oxlint-disable-next-line no-await-in-loop
    const progress = await started.progress().catch(() => undefined)
    if (progress !== undefined) show(progress)
    if (look === 'ended' || signal.aborted) return
  }
}
