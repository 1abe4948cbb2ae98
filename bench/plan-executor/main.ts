import { randomUUID } from 'node:crypto'
import type { BareStep } from '../workflows/bare-queue.ts'
import { median, printTable, requireAtMost } from '../rig/figures.ts'
import { startRig } from '../rig/rig.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'

const ROUNDS = 5
const WIDTH = 8
const DEPTH = 3
const SEED = 20261121

const MOST_TIMES_BARE = 1.15
const MOST_TIMES_CRITICAL_PATH = 1.1

interface TimedStep extends BareStep {
  readonly latencyMs: number
}

const steps = unevenGraph(SEED)
const criticalPathMs = longestPath(steps)
const rig = await startRig()
try {
  const bareSteps: readonly BareStep[] = steps.map(({ id, prompt, dependsOn }) => ({ id, prompt, dependsOn }))
  const subtasks = steps.map(({ id, prompt, dependsOn }) => ({ id, action: prompt, dependsOn }))
  const run = (type: string, input: unknown): Promise<unknown> =>
    rig.client.workflow.execute(type, {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId: `bench/${randomUUID()}`,
      args: [input],
    })
  const contenders = {
    'bare waves': () => run('bareWaves', bareSteps),
    'bare ready queue': () => run('bareQueue', bareSteps),
    switchyard: () => run('taskRun', { task: 'bench', plan: { subtasks }, synthesis: 'none' }),
  }
  const names = ['bare waves', 'bare ready queue', 'switchyard'] as const
  const times = {
    'bare waves': [] as number[],
    'bare ready queue': [] as number[],
    switchyard: [] as number[],
  }
  for (let round = -1; round < ROUNDS; round++) {
    for (const name of names) {
      const startedAt = performance.now()
      await contenders[name]()
      if (round >= 0) times[name].push(performance.now() - startedAt)
    }
  }
  const bare = median(times['bare ready queue'])
  printTable(
    `A graph of depth ${DEPTH} and width ${WIDTH}, uneven steps of 0.3 to 1.7 s, seed ${SEED}; critical path ${criticalPathMs} ms`,
    ['', 'makespan', '× critical path', '× bare ready queue'],
    names.map((name) => [
      name,
      `${median(times[name]).toFixed(0)} ms`,
      (median(times[name]) / criticalPathMs).toFixed(2),
      (median(times[name]) / bare).toFixed(2),
    ]),
  )
  requireAtMost('switchyard ÷ bare ready queue', median(times.switchyard) / bare, MOST_TIMES_BARE)
  requireAtMost(
    'switchyard ÷ critical path',
    median(times.switchyard) / criticalPathMs,
    MOST_TIMES_CRITICAL_PATH,
  )
} finally {
  await rig.stop()
}

/** Each step needs two of the level before; latencies are drawn from the seed. */
function unevenGraph(seed: number): readonly TimedStep[] {
  const random = mulberry32(seed)
  return Array.from({ length: DEPTH * WIDTH }, (_, index) => {
    const level = Math.floor(index / WIDTH)
    const place = index % WIDTH
    const latencyMs = Math.round(300 + random() * 1400)
    const before = [place, (place + 1) % WIDTH].map((other) => `s${(level - 1) * WIDTH + other}`)
    return {
      id: `s${index}`,
      latencyMs,
      prompt: `step ${index} [[sim latency=${latencyMs} ttft=${latencyMs} tokens=5]]`,
      dependsOn: level === 0 ? [] : before,
    }
  })
}

function longestPath(graph: readonly TimedStep[]): number {
  const ends = new Map<string, number>()
  for (const { id, latencyMs, dependsOn } of graph) {
    ends.set(id, latencyMs + Math.max(0, ...dependsOn.map((dependency) => ends.get(dependency) ?? 0)))
  }
  return Math.max(...ends.values())
}

/** A small seeded generator of numbers in [0, 1) (mulberry32). */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
