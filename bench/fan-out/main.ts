import { Client, Connection } from '@temporalio/client'
import { type Contender, SHAPES, timeRuns } from './fan-out.ts'
import { createDatabase, startPostgres } from '../../test/fixtures/postgres.ts'
import { ensureTemporalCli, startTemporalServer } from '../../tools/temporal-server.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import { type Options, readOptions } from './options.ts'
import { type PeerParts, startPeer } from './peers/start-peer.ts'
import { readPort, startChild } from './child.ts'
import { callUpstream } from './upstream/call-upstream.ts'
import { createRandom } from '../../providers/simulated/seeded-random.ts'
import { installPeers } from './peers/install-peers.ts'
import { join } from 'node:path'
import { measure } from './measure.ts'
import { report } from './report.ts'
import { startBare, startSplitBare } from './temporal/bare.ts'
import { startSwitchyard } from './temporal/switchyard.ts'
import { tmpdir } from 'node:os'
import { messageOf } from '../../domain/message-of.ts'

const RAW = 'raw Promise.all'

const options = readOptions(process.argv.slice(2))
await run(options)

/** Starts everything, measures, prints. What was started ends with it, in the reverse order. */
async function run({ latenciesMs, peers, database, rounds, warmUpRounds, seed }: Options): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-fan-out-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const upstream = await startChild({ script: 'upstream/upstream-main.ts' })
  stack.defer(async () => void (await upstream.stop()))
  const upstreamUrl = `http://127.0.0.1:${readPort(upstream)}`
  const postgresUrl = oncePostgres(stack)
  const databaseUrl =
    database === 'postgres' ? { databaseUrl: await createDatabase(await postgresUrl()) } : {}
  const { client, address } = await startTemporal(folder, stack)
  const bareParts = { client, address, upstreamUrl, stack }
  const bare = await startBare(bareParts)
  const splitBare = await startSplitBare(bareParts)
  const switchyard = await startSwitchyard({
    address,
    upstreamUrl,
    folder,
    latenciesMs,
    stack,
    ...databaseUrl,
  })
  const others = await startPeers(peers, { upstreamUrl, folder, postgresUrl, stack })
  const cases = latenciesMs.flatMap((latencyMs) => SHAPES.map((shape) => ({ ...shape, latencyMs })))
  const times = await measure([rawCalls(upstreamUrl), bare, splitBare, switchyard], others, {
    cases,
    rounds,
    warmUpRounds,
    random: createRandom(seed, 'fan-out'),
    countCalls: async () => Number(await (await fetch(`${upstreamUrl}/calls`)).text()),
    onRound: (round) => console.error(round < 1 ? 'warming up' : `round ${round} of ${rounds}`),
    onLeftOut: sayLeftOut,
  })
  report({ cases, times, raw: RAW, floor: bare.name, splitFloor: splitBare.name, product: switchyard.name })
}

/** No system at all: the calls, all at once, from this process. */
function rawCalls(upstreamUrl: string): Contender {
  return {
    name: RAW,
    run: ({ runs, width, latencyMs }) => timeRuns(runs * width, () => callUpstream(upstreamUrl, latencyMs)),
  }
}

async function startTemporal(folder: string, stack: AsyncDisposableStack) {
  const cliPath = await ensureTemporalCli({ onProgress: (message) => console.error(message) })
  const server = await startTemporalServer({ cliPath, dbFile: join(folder, 'temporal.db'), headless: true })
  stack.defer(() => server.stop())
  const { address } = server
  const connection = await Connection.connect({ address })
  stack.defer(() => connection.close())
  return { client: new Client({ connection }), address }
}

/** Starts the peers that can be started here, and says about the others why not. */
async function startPeers(peers: Options['peers'], parts: PeerParts): Promise<readonly Contender[]> {
  const started: Contender[] = []
  for (const peer of peers) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, so that none is short of time
      await installPeers()
      // oxlint-disable-next-line no-await-in-loop
      started.push(await startPeer(peer, parts))
    } catch (error) {
      sayLeftOut(peer, messageOf(error))
    }
  }
  return started
}

function sayLeftOut(name: string, reason: string): void {
  console.log(`${name} is left out: ${reason}`)
}

/** Starts PostgreSQL when it is first asked for. */
function oncePostgres(stack: AsyncDisposableStack): () => Promise<string> {
  let starting: Promise<string> | undefined
  const start = async (): Promise<string> => {
    const server = await startPostgres()
    stack.defer(() => server.stop())
    return server.url
  }
  return () => (starting ??= start())
}
