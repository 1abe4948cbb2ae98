import { setTimeout as sleep } from 'node:timers/promises'
import type { CrashRig } from './crash-rig.ts'
import type { NodeProcess, ProcessEnd } from './child-process.ts'
import type { Random } from '../../../providers/simulated/seeded-random.ts'
import type { TaskInput } from '../../../client/inputs/task-input.ts'
import type { TaskOutcome } from '../../../client/task-outcome.ts'
import { workerPid } from './supervised-worker.ts'

/** Calls of the task, all at once. */
export const WIDE_CALLS = 16

/** From a crash of the orchestrator to its restart, in milliseconds; a cloud worker's supervisor decides by itself. */
const RESTART_MS = 1_000

/** What was killed in the middle of a wide task, and what came of it. */
export interface WideTaskCrash {
  readonly outcome: TaskOutcome
  /** Attempts whose completion Temporal had recorded when everything of the dead process was over. */
  readonly recorded: readonly string[]
  /** From the kill to the task's result at its client. */
  readonly killToDoneMs: number
  /** What the supervisor of the cloud worker and the worker said. */
  readonly cloudOutput: string
  /** How the workers ended that were told to in the end. */
  readonly ends: readonly ProcessEnd[]
}

/** Sixteen independent calls of one to three seconds in one task, and no synthesis. */
function wideTask(random: Random): TaskInput {
  const subtasks = Array.from({ length: WIDE_CALLS }, (_, index) => {
    const latencyMs = Math.round(1_000 + random() * 2_000)
    return { id: `s${index + 1}`, action: `Do part ${index + 1}. [[sim latency=${latencyMs} tokens=40]]` }
  })
  return {
    task: 'Sixteen parts of one thing',
    plan: { subtasks },
    parallelism: WIDE_CALLS,
    synthesis: 'none',
  }
}

/** Starts an orchestrator and a supervised cloud worker and kills one of them when half of the task is answered. */
export async function killInWideTask(
  rig: CrashRig,
  victim: 'orchestrator' | 'cloud worker',
): Promise<WideTaskCrash> {
  const cloud = rig.startWorker('cloud')
  let orchestrator = rig.startWorker('orchestrator')
  await Promise.all([
    cloud.hasSaid('the worker process serves'),
    orchestrator.hasSaid('the orchestrator polls'),
  ])
  const task = await rig.switchyard.startTask(wideTask(rig.random))
  const result = task.result()
  await rig.hasRecorded(WIDE_CALLS / 2, task.workflowId)
  const killedAt = performance.now()
  if (victim === 'cloud worker') process.kill(workerPid(cloud), 'SIGKILL')
  else await orchestrator.end('SIGKILL')
  const recorded = await rig.recordedCalls(task.workflowId)
  if (victim === 'orchestrator') orchestrator = await restartOrchestrator(rig, killedAt)
  const outcome = await result
  const killToDoneMs = performance.now() - killedAt
  const ends = await Promise.all([orchestrator.end('SIGTERM'), cloud.end('SIGTERM')])
  return { outcome, recorded, killToDoneMs, cloudOutput: cloud.output(), ends }
}

async function restartOrchestrator(rig: CrashRig, killedAt: number): Promise<NodeProcess> {
  await sleep(killedAt + RESTART_MS - performance.now())
  return rig.startWorker('orchestrator')
}
