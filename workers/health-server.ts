import { type Server, type ServerResponse, createServer } from 'node:http'
import { once } from 'node:events'
import { METRICS_CONTENT_TYPE } from './metrics/metric-registry.ts'

/** Whether one part of a process does its work. */
export interface Readiness {
  /** A task queue or another name for people. */
  readonly part: string
  readonly isReady: boolean
  readonly state: string
}

export interface HealthServerOptions {
  /** 0: any free port. */
  readonly port: number
  /** Default: every address of the machine, so that an orchestrator of containers can ask. */
  readonly host?: string
  /** Asked at every request. Ready means: there are parts and all of them are ready. */
  readonly readiness: () => readonly Readiness[]
  /** What `GET /metrics` answers, in Prometheus' text format. Never rejects. Absent: there is none. */
  readonly metrics?: () => Promise<string>
}

export interface HealthServer {
  readonly port: number
  stop(): Promise<void>
}

/**
 * Serves `GET /health` (200 while the process runs) and `GET /ready` (200 when all workers poll, 503 otherwise)
 * as JSON, and `GET /metrics`.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const startedAt = Date.now()
  const { metrics } = options
  const server = createServer((request, response) => {
    if (metrics !== undefined && request.method === 'GET' && pathOf(request.url) === '/metrics') {
      void sendMetrics(response, metrics)
      return
    }
    const { status, body } = answer(request.method, pathOf(request.url), startedAt, options.readiness)
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    response.end(request.method === 'HEAD' ? undefined : `${JSON.stringify(body)}\n`)
  })
  server.listen(options.port, options.host)
  await once(server, 'listening')
  return { port: portOf(server, options.port), stop: () => close(server) }
}

async function sendMetrics(response: ServerResponse, metrics: () => Promise<string>): Promise<void> {
  const text = await metrics()
  response.writeHead(200, { 'content-type': METRICS_CONTENT_TYPE, 'cache-control': 'no-store' })
  response.end(text)
}

function answer(
  method: string | undefined,
  path: string | undefined,
  startedAt: number,
  readiness: () => readonly Readiness[],
): { readonly status: number; readonly body: object } {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: { error: 'use GET' } }
  switch (path) {
    case '/health':
      return {
        status: 200,
        body: { status: 'alive', uptimeSeconds: Math.round((Date.now() - startedAt) / 1000) },
      }
    case '/ready': {
      const parts = readiness()
      const isReady = parts.length > 0 && parts.every((part) => part.isReady)
      return { status: isReady ? 200 : 503, body: { status: isReady ? 'ready' : 'not-ready', parts } }
    }
    default:
      return { status: 404, body: { error: 'there are /health, /ready and /metrics' } }
  }
}

function pathOf(url: string | undefined): string | undefined {
  return url?.split('?')[0]
}

function portOf(server: Server, fallback: number): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : fallback
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
