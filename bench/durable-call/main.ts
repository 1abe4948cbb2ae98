import { randomUUID } from 'node:crypto'
import { callRaw } from '../rig/bare-activities.ts'
import { createSimulatedProvider } from '../../providers/simulated/provider.ts'
import { median, printTable, requireAtMost } from '../rig/figures.ts'
import { startRig } from '../rig/rig.ts'
import { TASK_QUEUES } from '../../domain/ids.ts'

const ROUNDS = 40
const AT_ONCE = 16
/** Calls of each kind before the first that counts: a worker runs for days, its first seconds are not its speed. */
const WARM_UP = 60
const PROMPT = 'hello [[sim latency=0 ttft=0 tokens=5]]'

/** The most that a durable call may take, as a multiple of a bare one-activity workflow. */
const MOST_TIMES_BARE = 1.5

const rig = await startRig()
try {
  const provider = createSimulatedProvider({ name: 'raw', baseUrl: rig.providerUrl })
  const lastIds = { bare: '', durable: '' }
  const workflow = async (name: 'bare' | 'durable', type: string, input: unknown): Promise<void> => {
    const workflowId = `bench/${randomUUID()}`
    lastIds[name] = workflowId
    await rig.client.workflow.execute(type, {
      taskQueue: TASK_QUEUES.orchestrator,
      workflowId,
      args: [input],
    })
  }
  const contenders = {
    raw: () => callRaw(provider, PROMPT),
    bare: () => workflow('bare', 'bareCall', PROMPT),
    durable: () => workflow('durable', 'modelCall', { prompt: PROMPT }),
  }
  const names = ['raw', 'bare', 'durable'] as const
  const oneByOne = { raw: [] as number[], bare: [] as number[], durable: [] as number[] }
  const together = { raw: [] as number[], bare: [] as number[], durable: [] as number[] }

  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const name of rotated(names, round)) {
      const taken = await milliseconds(() => contenders[name]())
      if (round >= 0) oneByOne[name].push(taken)
    }
  }
  for (let round = -4; round < ROUNDS / 4; round++) {
    for (const name of rotated(names, round)) {
      const taken = await milliseconds(() =>
        Promise.all(Array.from({ length: AT_ONCE }, () => contenders[name]())),
      )
      if (round >= 0) together[name].push(taken / AT_ONCE)
    }
  }

  const bareOne = median(oneByOne.bare)
  const bareTogether = median(together.bare)
  printTable(
    `One model call, median of ${ROUNDS} rounds in turn (× a bare one-activity workflow)`,
    ['', 'one at a time', '×', `${AT_ONCE} at once, each`, '×'],
    names.map((name) => [
      name,
      `${median(oneByOne[name]).toFixed(1)} ms`,
      (median(oneByOne[name]) / bareOne).toFixed(2),
      `${median(together[name]).toFixed(1)} ms`,
      (median(together[name]) / bareTogether).toFixed(2),
    ]),
  )
  for (const name of ['bare', 'durable'] as const) {
    const { historyLength } = await rig.client.workflow.getHandle(lastIds[name]).describe()
    console.log(`${name}: ${historyLength} history events a call`)
  }
  requireAtMost('durable ÷ bare, one at a time', median(oneByOne.durable) / bareOne, MOST_TIMES_BARE)
  requireAtMost(
    `durable ÷ bare, ${AT_ONCE} at once`,
    median(together.durable) / bareTogether,
    MOST_TIMES_BARE,
  )
} finally {
  await rig.stop()
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Each round starts with another contender, so that none always runs on a warm or a tired machine. */
function rotated<Item>(items: readonly Item[], round: number): readonly Item[] {
  const start = ((round % items.length) + items.length) % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}
