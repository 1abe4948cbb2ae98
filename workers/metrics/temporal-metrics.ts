import { createServer } from 'node:net'
import { installRuntime } from '../telemetry.ts'
import type { Logger } from 'pino'
import { once } from 'node:events'
import { Runtime } from '@temporalio/worker'
import { z } from 'zod'

/** Another process may take a free port before the SDK does. */
const MOST_TRIES = 5

const READ_TIMEOUT_MS = 2_000

/**
 * Starts Temporal's SDK with its own metrics at a port that only this machine reaches: `readTemporalMetrics` passes them
 * on. Where the SDK runs already, it stays as it is.
 */
export async function installRuntimeWithMetrics(logger: Logger): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    // oxlint-disable-next-line no-await-in-loop -- each try follows the one before
    const address = `127.0.0.1:${await findFreePort()}`
    try {
      installRuntime(logger, address)
      return
    } catch (error) {
      if (tries >= MOST_TRIES || !isTaken(error)) throw error
    }
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && /metrics exporter/i.test(error.message)
}

/** A port of this machine that nobody listens at, for now. */
export async function findFreePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new Error('no free port was found')
  return address.port
}

/** What the SDK was started with, as far as it matters here. */
const compiledSchema = z.object({ metricsExporter: z.object({ socketAddr: z.string() }) })

/** The SDK's metrics in Prometheus' text format; empty when it has none, or does not answer in time. */
export async function readTemporalMetrics(): Promise<string> {
  const exporter = compiledSchema.safeParse(Runtime.instance().options.runtimeOptions).data?.metricsExporter
  if (exporter === undefined) return ''
  try {
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS)
    const response = await fetch(`http://${exporter.socketAddr}/metrics`, { signal })
    return response.ok ? await response.text() : ''
  } catch {
    return ''
  }
}
