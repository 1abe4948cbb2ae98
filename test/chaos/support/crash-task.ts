import type { TaskInput } from '../../../client/inputs/task-input.ts'
import type { Random } from '../../../providers/simulated/seeded-random.ts'

/** The subtasks and what each waits for. */
const DEPENDENCIES: Readonly<Record<string, readonly string[]>> = {
  s1: [],
  s2: [],
  s3: [],
  s4: [],
  s5: ['s1'],
  s6: ['s1', 's2'],
  s7: ['s3'],
  s8: ['s4'],
  s9: ['s5', 's6'],
  s10: ['s7', 's8'],
  s11: ['s6'],
  s12: ['s9', 's10'],
}

export const SUBTASK_IDS = Object.keys(DEPENDENCIES)

/** Upstream calls of the whole task when nothing goes wrong: the subtasks and the synthesis. */
export const CALLS_OF_TASK = SUBTASK_IDS.length + 1

/** Long enough to be under way when a process is killed, in milliseconds. */
const STEP_MS = { shortest: 500, longest: 1_500 }

/**
 * Twelve subtasks of half a second to one and a half, at most four at once.
 * @param hanging subtasks whose first call is never answered, though it is billed
 */
export function crashTask(random: Random, hanging: readonly string[] = []): TaskInput {
  const subtasks = Object.entries(DEPENDENCIES).map(([id, dependsOn]) => {
    const latencyMs = Math.round(STEP_MS.shortest + random() * (STEP_MS.longest - STEP_MS.shortest))
    const tokens = 20 + Math.round(random() * 80)
    const fault = hanging.includes(id) ? ` fault=hang times=1 key=${id}` : ''
    return { id, dependsOn, action: `Do part ${id}. [[sim latency=${latencyMs} tokens=${tokens}${fault}]]` }
  })
  return { task: 'Twelve parts of one thing', plan: { subtasks }, parallelism: 4 }
}
