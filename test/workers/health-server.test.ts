import { afterEach, describe, expect, it } from 'vitest'
import { type HealthServer, type Readiness, startHealthServer } from '../../workers/health-server.ts'

const running: HealthServer[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
})

describe('startHealthServer', () => {
  it('says that the process is alive before anything is ready', async () => {
    const ask = await start(() => [])
    expect(await ask('/health')).toMatchObject({ status: 200, body: { status: 'alive' } })
    expect(await ask('/ready')).toMatchObject({ status: 503, body: { status: 'not-ready' } })
  })

  it('is ready only while every part is', async () => {
    const parts: Readiness[] = [
      { part: 'orchestrator', isReady: true, state: 'running' },
      { part: 'model.smol.v1', isReady: false, state: 'loading' },
    ]
    const ask = await start(() => parts)
    expect(await ask('/ready')).toEqual({ status: 503, body: { status: 'not-ready', parts } })
    parts[1] = { part: 'model.smol.v1', isReady: true, state: 'serving' }
    expect(await ask('/ready?verbose')).toMatchObject({ status: 200, body: { status: 'ready' } })
  })

  it('serves metrics as text, and only where there are some', async () => {
    const server = await startHealthServer({
      port: 0,
      host: '127.0.0.1',
      readiness: () => [],
      metrics: async () => 'a_total 1\n',
    })
    running.push(server)
    const response = await fetch(`http://127.0.0.1:${server.port}/metrics`)
    expect(response.headers.get('content-type')).toContain('version=0.0.4')
    expect(await response.text()).toBe('a_total 1\n')
  })

  it('refuses other paths and methods', async () => {
    const ask = await start(() => [])
    expect((await ask('/metrics')).status).toBe(404)
    expect((await ask('/health', 'POST')).status).toBe(405)
  })

  it('says which port is taken', async () => {
    await start(() => [])
    const port = running[0]?.port ?? 0
    await expect(startHealthServer({ port, host: '127.0.0.1', readiness: () => [] })).rejects.toThrow(
      String(port),
    )
  })
})

async function start(readiness: () => readonly Readiness[]) {
  const server = await startHealthServer({ port: 0, host: '127.0.0.1', readiness })
  running.push(server)
  return async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
    const body: unknown = await response.json()
    return { status: response.status, body }
  }
}
