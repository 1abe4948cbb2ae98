import type { Logger } from 'pino'
import { NativeConnection } from '@temporalio/worker'
import type { TemporalConfig } from '../config.ts'
import { loggedError } from '../telemetry.ts'
import { setTimeout as sleep } from 'node:timers/promises'

const DEFAULT_ADDRESS = 'localhost:7233'
const RETRY_PAUSE_MS = 2_000

/** How long to try again while nothing answers. */
export interface Patience {
  /** 0: try once. */
  readonly timeoutMs: number
  /** Ends the waiting. */
  readonly signal?: AbortSignal
}

/** One try, for a server that is known to be up. */
export const NO_PATIENCE: Patience = { timeoutMs: 0 }

export interface ConnectOptions {
  readonly logger: Logger
  readonly patience: Patience
}

/**
 * Connects workers to Temporal. In a deployment its server may come up after its workers, so they are patient.
 * @throws Error that names the address
 */
export async function connectTemporal(
  { connection }: Pick<TemporalConfig, 'connection'>,
  { logger, patience }: ConnectOptions,
): Promise<NativeConnection> {
  const address = connection.address ?? DEFAULT_ADDRESS
  const giveUpAt = performance.now() + patience.timeoutMs
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- each try follows the one before
      return await NativeConnection.connect({ ...connection, address })
    } catch (error) {
      if (performance.now() >= giveUpAt) {
        throw new Error(`no Temporal server answers at ${address}; start one, or set TEMPORAL_ADDRESS`, {
          cause: error,
        })
      }
      logger.warn({ error: loggedError(error) }, `no Temporal server answers at ${address} yet`)
      // oxlint-disable-next-line no-await-in-loop
      await sleep(RETRY_PAUSE_MS, undefined, patience.signal && { signal: patience.signal })
    }
  }
}
