import { createRandom, pick } from '../../../providers/simulated/seeded-random.ts'
import { makeRequest, type RequestEnd } from './make-request.ts'
import { STORM_PRICES, STORM_PROVIDERS, type StormProvider } from './storm-catalog.ts'
import { startStormProcesses, type StormProcesses } from './storm-processes.ts'
import { createSwitchyard } from '../../../client/switchyard.ts'
import { findDisagreements } from '../support/find-disagreements.ts'
import { planShortRequest } from './plan-request.ts'
import { readBooks } from './read-books.ts'
import type { StormStore } from './plan-storm.ts'

export interface OutageOptions {
  readonly seed: number
  readonly store: StormStore
  readonly requests: number
  readonly onProgress: (line: string) => void
}

export interface OutageReport {
  readonly requests: number
  readonly answered: number
  /** Attempts at the provider that is down. */
  readonly failedThere: number
  /** Each sentence is something that must not be. */
  readonly mismatches: readonly string[]
  /** All figures on one line. */
  readonly line: string
}

/** The least share of requests that must be answered. */
const LEAST_ANSWERED = 0.999

/** Requests at the same time: what the workers and the server of one small machine get done without a backlog. */
const AT_ONCE = 40

/** A provider goes down when this share of the requests has ended. */
const UP_FOR = 0.05

const CALL_TIMEOUT_MS = 30_000
const LONGEST_RUN_MS = 1_800_000

/** Kills one of three providers for good while requests go over all of them. */
export async function runOutage({ seed, store, requests, onProgress }: OutageOptions): Promise<OutageReport> {
  const startedAtMs = performance.now()
  await using processes = await startStormProcesses({
    seed,
    store,
    callTimeoutMs: CALL_TIMEOUT_MS,
    concurrency: AT_ONCE,
  })
  const down = pick(STORM_PROVIDERS, createRandom(seed, 'outage'))
  const ends = await sendAll(processes, { seed, requests, down, onProgress })
  await processes.workers.orchestrator.stop('SIGTERM')
  await processes.workers.cloud.stop('SIGTERM')
  const { operations } = await readBooks(processes.database)
  const answered = ends.filter(({ kind }) => kind === 'answered').length
  const attempts = operations.flatMap((operation) => operation.attempts)
  const failedThere = attempts.filter(
    ({ endpoint, status }) => endpoint === down && status === 'failed',
  ).length
  const mismatches = [
    ...findDisagreements(await processes.journal(), operations, { prices: STORM_PRICES }),
    ...(answered >= requests * LEAST_ANSWERED ? [] : describeRefusals(ends)),
    // Else nothing was proven.
    ...(failedThere > 0 ? [] : [`no call was tried at ${down} after it went down`]),
  ]
  const figures = {
    seed,
    store,
    requests,
    answered,
    share: (answered / requests).toFixed(5),
    down,
    attempts: attempts.length,
    failedThere,
    seconds: Math.round((performance.now() - startedAtMs) / 1_000),
    mismatches: mismatches.length,
  }
  const line = Object.entries(figures).map(([field, value]) => `${field}=${value}`)
  return { requests, answered, failedThere, mismatches, line: line.join(' ') }
}

interface Sending extends Pick<OutageOptions, 'seed' | 'requests' | 'onProgress'> {
  readonly down: StormProvider
}

async function sendAll(
  { address, contentDir, providers }: StormProcesses,
  { seed, requests, down, onProgress }: Sending,
): Promise<readonly RequestEnd[]> {
  const switchyard = await createSwitchyard({ address, namespace: 'default', contentDir })
  const signal = AbortSignal.timeout(LONGEST_RUN_MS)
  const ends: RequestEnd[] = []
  let next = 0
  const oneAfterTheOther = async (): Promise<void> => {
    while (next < requests) {
      // oxlint-disable-next-line no-await-in-loop -- that is its name
      ends.push(await makeRequest(switchyard, planShortRequest(seed, next++), signal))
      if (ends.length % 100 === 0) onProgress(`${ends.length} requests have ended`)
      if (ends.length !== Math.ceil(requests * UP_FOR)) continue
      onProgress(`killed: ${down}, for good`)
      // oxlint-disable-next-line no-await-in-loop
      await providers[down].process.end('SIGKILL')
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, oneAfterTheOther))
    return ends
  } finally {
    await switchyard.close()
  }
}

function describeRefusals(ends: readonly RequestEnd[]): readonly string[] {
  return ends.flatMap(({ kind, text }) => (kind === 'answered' ? [] : [`a request was ${kind}: ${text}`]))
}
