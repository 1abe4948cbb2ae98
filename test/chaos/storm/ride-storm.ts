import { type Intervention, type PlannedRequest } from './plan-request.ts'
import { type Kills, strike } from './strike.ts'
import { startShortSweeps, sweepHasClosedAll } from './short-sweeps.ts'
import { Client, Connection } from '@temporalio/client'
import { askAgain } from './ask-again.ts'
import { createSwitchyard } from '../../../client/switchyard.ts'
import { intervene } from './intervene.ts'
import { operationOf } from './make-request.ts'
import { setBudgets } from './set-budgets.ts'
import { startLoad } from './start-load.ts'
import type { StormFacts } from './judge-storm.ts'
import type { StormPlan } from './plan-storm.ts'
import type { StormProcesses } from './storm-processes.ts'
import { until } from '../support/until.ts'

export interface RideOptions {
  readonly plan: StormPlan
  readonly seed: number
  /** Requests in flight at the same time. */
  readonly width: number
  readonly onProgress: (line: string) => void
}

export type Ridden = Pick<StormFacts, 'records' | 'askedAgain' | 'interventions'> & { readonly kills: Kills }

/** Until the first kill, and from the last one to the last end, in milliseconds. */
const LONGEST_WAIT_MS = 300_000

/** Load and kills together, until every request has its end and the sweeper has closed what is left. */
export async function rideStorm(
  processes: StormProcesses,
  { plan, seed, width, onProgress }: RideOptions,
): Promise<Ridden> {
  await using stack = new AsyncDisposableStack()
  const { address, contentDir } = processes
  const switchyard = await createSwitchyard({ address, namespace: 'default', contentDir })
  stack.defer(() => switchyard.close())
  const connection = await Connection.connect({ address })
  stack.defer(() => connection.close())
  const client = new Client({ connection })
  const { signal, limit } = createLimit(stack)
  await startShortSweeps(client)
  await setBudgets(switchyard, signal)
  onProgress('everything is up')

  const { onAccepted, done } = createInterventions(client, signal)
  const load = startLoad({ switchyard, seed, width, signal, onAccepted })
  await until(`${width} requests in flight`, () => (load.inFlight() >= width ? true : undefined), {
    timeoutMs: LONGEST_WAIT_MS,
    intervalMs: 20,
  })
  onProgress(`${load.inFlight()} requests in flight`)
  const kills = await strike(plan.kills, processes.targets, (victim) =>
    onProgress(`killed: ${victim} (${load.inFlight()} requests in flight)`),
  )
  limit(LONGEST_WAIT_MS)
  const records = await load.finish()
  const interventions = await done()
  onProgress(`all ${records.length} requests have ended`)
  for (const { planned, end } of records) {
    if (end.kind === 'refused') onProgress(`${operationOf(planned)} was refused: ${end.text}`)
  }
  await sweepHasClosedAll(client, signal)
  return { records, interventions, kills, askedAgain: await askAgain(processes, records, signal) }
}

/** A signal that is aborted when the work before its limit has not ended, or when it is left. */
function createLimit(stack: AsyncDisposableStack) {
  const leaving = new AbortController()
  stack.defer(() => leaving.abort())
  return {
    signal: leaving.signal,
    limit: (milliseconds: number) => {
      const timer = setTimeout(() => leaving.abort(), milliseconds)
      stack.defer(() => clearTimeout(timer))
    },
  }
}

/** Terminates, resets and cancels the requests that are planned for it, and counts what came in time. */
function createInterventions(client: Client, signal: AbortSignal) {
  const counts: Record<Intervention, number> = { terminate: 0, reset: 0, cancel: 0 }
  const running: Promise<void>[] = []
  const run = async (planned: PlannedRequest, intervention: Intervention): Promise<void> => {
    if (await intervene(client, operationOf(planned), intervention, signal)) counts[intervention] += 1
  }
  return {
    onAccepted: (planned: PlannedRequest): void => {
      const { intervention } = planned
      if (intervention === undefined) return
      const intervening = run(planned, intervention)
      // Whoever waits until they are done hears of it.
      intervening.catch(() => {})
      running.push(intervening)
    },
    done: async () => {
      await Promise.all(running)
      return counts
    },
  }
}
