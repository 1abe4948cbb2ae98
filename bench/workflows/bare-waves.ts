import type { BareStep } from './bare-queue.ts'
import { callBare } from './bare-call.ts'

/** What many executors do: everything that is ready runs as one wave, and the next wave waits for its slowest. */
export async function bareWaves(steps: readonly BareStep[]): Promise<void> {
  const done = new Set<string>()
  let left = steps
  while (left.length > 0) {
    const wave = left.filter(({ dependsOn }) => dependsOn.every((dependency) => done.has(dependency)))
    await Promise.all(wave.map(({ prompt }) => callBare(prompt)))
    for (const { id } of wave) done.add(id)
    left = left.filter(({ id }) => !done.has(id))
  }
}
