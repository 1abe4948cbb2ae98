import { callBare } from './bare-call.ts'

/** A subtask of a bare executor: what it asks for, and whose end it waits for. */
export interface BareStep {
  readonly id: string
  readonly prompt: string
  readonly dependsOn: readonly string[]
}

/** The least that respects dependencies: each step starts when its own dependencies are done. */
export async function bareQueue(steps: readonly BareStep[]): Promise<void> {
  const ends = new Map<string, Promise<unknown>>()
  for (const { id, prompt, dependsOn } of steps) {
    const before = dependsOn.map((dependency) => ends.get(dependency) ?? Promise.resolve())
    ends.set(
      id,
      Promise.all(before).then(() => callBare(prompt)),
    )
  }
  await Promise.all(ends.values())
}
