import { callUpstream } from '../upstream/call-upstream.ts'
import { DBOS } from '@dbos-inc/dbos-sdk'
import { runAll, servePeer } from './serve-peer.ts'

// DBOS, PostgreSQL under it: a registered workflow whose steps run in parallel under Promise.allSettled, the
// combinator that its documentation asks for.

const [upstreamUrl = '', databaseUrl = ''] = process.argv.slice(2)

const fanOut = DBOS.registerWorkflow(
  async (width: number, latencyMs: number): Promise<readonly string[]> => {
    const steps = Array.from({ length: width }, (_, index) =>
      DBOS.runStep(() => callUpstream(upstreamUrl, latencyMs), { name: `call-${index}` }),
    )
    const settled = await Promise.allSettled(steps)
    return settled.map((step) => {
      if (step.status === 'rejected') throw step.reason
      return step.value
    })
  },
  { name: 'fanOut' },
)

DBOS.setConfig({ name: 'fan-out', systemDatabaseUrl: databaseUrl, logLevel: 'error' })
await DBOS.launch()
servePeer((asked) => runAll(asked, () => fanOut(asked.width, asked.latencyMs)))
