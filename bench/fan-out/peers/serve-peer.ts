import { createServer, type ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import type { FanOut } from '../fan-out.ts'

/**
 * Lets the bench run a peer: `POST /` with a `FanOut` answers `{"ms": …}`, the time until every answer was here as
 * the peer's own process saw it. Prints its port once it serves.
 * @param runOnce starts the fan-out's workflows at once and waits for all their answers
 */
export function servePeer(runOnce: (fanOut: FanOut) => Promise<unknown>): void {
  const measure = async (body: string): Promise<{ readonly ms: number }> => {
    const fanOut: FanOut = JSON.parse(body)
    const startedAt = performance.now()
    await runOnce(fanOut)
    return { ms: performance.now() - startedAt }
  }
  const server = createServer((request, response) => {
    readText(request)
      .then(measure)
      .then(
        (result) => send(response, 200, result),
        (error: unknown) => send(response, 500, { message: String(error) }),
      )
  })
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the peer has no port')
    console.log(`bench child ready: ${JSON.stringify({ port: address.port })}`)
  })
}

/** Starts `runs` workflows at once and checks that each brought `width` answers. */
export async function runAll(
  { runs, width }: FanOut,
  start: () => PromiseLike<readonly string[]>,
): Promise<void> {
  const answers = await Promise.all(Array.from({ length: runs }, start))
  for (const { length } of answers) {
    if (length !== width) throw new Error(`${length} answers instead of ${width}`)
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}
