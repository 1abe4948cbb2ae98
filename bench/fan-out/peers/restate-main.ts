import * as restate from '@restatedev/restate-sdk'
import { callUpstream } from '../upstream/call-upstream.ts'
import { connect } from '@restatedev/restate-sdk-clients'
import { runAll, servePeer } from './serve-peer.ts'
import { startRestateServer } from './restate-server.ts'

// Restate's server on its own log, with its defaults: a handler that starts all calls as `ctx.run` and awaits them
// together by RestatePromise.all, as its guide for parallel work does.

const [upstreamUrl = '', folder = ''] = process.argv.slice(2)

interface FanOutInput {
  readonly width: number
  readonly latencyMs: number
}

const fanOut = restate.service({
  name: 'fanOut',
  handlers: {
    run: (context: restate.Context, { width, latencyMs }: FanOutInput): Promise<string[]> =>
      restate.RestatePromise.all(
        Array.from({ length: width }, (_, index) =>
          context.run(`call ${index}`, () => callUpstream(upstreamUrl, latencyMs)),
        ),
      ),
  },
})

const handlersPort = await restate.serve({ services: [fanOut], port: 0 })
const { ingressUrl } = await startRestateServer(folder, `http://127.0.0.1:${handlersPort}`)
const client = connect({ url: ingressUrl }).serviceClient(fanOut)

servePeer((asked) => runAll(asked, () => client.run({ width: asked.width, latencyMs: asked.latencyMs })))
