import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { anthropicSurface } from './anthropic-surface.ts'
import { behaviourSchema, type SimulatedBehaviour } from './behaviour.ts'
import { type JournalEntry, openJournal } from './journal.ts'
import { openAiSurface } from './openai-surface.ts'
import { type CallServing, serveCall } from './serve-call.ts'
import type { Surface } from './surface.ts'

export interface SimulatedServerOptions {
  /** 0 or absent: any free one. */
  readonly port?: number | undefined
  /** JSON lines, one per call, appended. */
  readonly journalFile: string
  /** The same seed and the same calls give the same answers, faults and token counts. */
  readonly seed: number
  readonly behaviour?: SimulatedBehaviour | undefined
}

export interface SimulatedServer {
  /** `http://127.0.0.1:<port>`, for both APIs. */
  readonly url: string
  readonly port: number
  /** Breaks what is under way and stops. */
  close(): Promise<void>
  /** The journal so far: every call served, billed or not. */
  calls(): readonly JournalEntry[]
}

const SURFACES: Readonly<Record<string, Surface>> = {
  '/v1/chat/completions': openAiSurface,
  '/v1/messages': anthropicSurface,
}

/**
 * Starts a provider that only simulates: it speaks OpenAI's and Anthropic's APIs and makes up what it says. Every
 * call is in its journal, on disk, before the answer goes out. `GET /journal` shows it as one JSON array.
 * @throws ZodError when the behaviour has another shape
 */
export async function startSimulatedServer(options: SimulatedServerOptions): Promise<SimulatedServer> {
  const behaviour = behaviourSchema.parse(options.behaviour ?? {})
  const journal = await openJournal(options.journalFile)
  const serving: CallServing = { seed: options.seed, behaviour, journal, countUp: createCounter() }
  const underWay = new Set<Promise<void>>()
  const server = createServer((incoming, response) => {
    const call = serve(incoming, response, serving).catch(() => {
      response.destroy()
    })
    underWay.add(call)
    void call.finally(() => underWay.delete(call))
  })
  // A client's idle connection must not be closed under its next call, and a slow call is what is simulated.
  server.keepAliveTimeout = 120_000
  server.requestTimeout = 0
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    calls: () => journal.entries(),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      await Promise.all(underWay)
      await journal.close()
    },
  }
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  serving: CallServing,
): Promise<void> {
  const [path = ''] = (incoming.url ?? '').split('?')
  const surface = incoming.method === 'POST' ? SURFACES[path] : undefined
  if (surface !== undefined) return serveCall(surface, incoming, response, serving)
  if (path === '/journal') return sendJson(response, 200, serving.journal.entries())
  if (path === '/v1/models') return sendJson(response, 200, listModels(serving.behaviour))
  sendJson(response, 404, {
    error: { message: `Simulated: no such address: ${path}`, type: 'not_found_error' },
  })
}

function listModels({ models }: SimulatedBehaviour) {
  const ids = Object.keys(models ?? {})
  return {
    object: 'list',
    data: ids.map((id) => ({ id, object: 'model', created: 0, owned_by: 'simulated' })),
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function createCounter(): (key: string) => number {
  const counts = new Map<string, number>()
  return (text) => {
    // A prompt may be long, and is kept for as long as the server runs.
    const key = createHash('sha256').update(text).digest('base64')
    const seen = counts.get(key) ?? 0
    counts.set(key, seen + 1)
    return seen
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', 1024, () => {
      const address = server.address()
      resolve(isAddress(address) ? address.port : port)
    })
  })
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null
}
