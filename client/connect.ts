import { Connection, type ConnectionOptions } from '@temporalio/client'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import { NotConnectedError } from './errors.ts'
import { messageOf } from '../domain/message-of.ts'

/** Where a Temporal server is, and how to log in. */
export interface TemporalTarget {
  readonly options: ConnectionOptions & { readonly address: string }
  readonly namespace: string
}

export interface TargetOptions {
  /** `host:port`; wins over everything else. */
  readonly address?: string
  readonly namespace?: string
  /** Used where neither the options nor the environment say anything. */
  readonly fallback?: { readonly address: string; readonly namespace: string }
}

const LOCAL = { address: 'localhost:7233', namespace: 'default' }
const CONNECT_TIMEOUT = '5s'

/**
 * Finds the Temporal server: the options, else TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the other variables and the
 * configuration file of the Temporal SDKs, else the fallback, else `localhost:7233`.
 */
export function findTemporal({ address, namespace, fallback = LOCAL }: TargetOptions = {}): TemporalTarget {
  const { connectionOptions, namespace: configuredNamespace } = loadClientConnectConfig()
  const { address: configuredAddress, tls, apiKey, metadata } = connectionOptions
  // Credentials belong to the address they were configured with, or to one named for this run.
  const isConfigured = address !== undefined || configuredAddress !== undefined
  return {
    options: {
      address: address ?? configuredAddress ?? fallback.address,
      ...(isConfigured && tls !== undefined ? { tls } : {}),
      ...(isConfigured && apiKey !== undefined ? { apiKey } : {}),
      ...(isConfigured && metadata !== undefined ? { metadata } : {}),
    },
    namespace: namespace ?? configuredNamespace ?? (isConfigured ? LOCAL.namespace : fallback.namespace),
  }
}

/** Connects within five seconds. @throws NotConnectedError */
export async function connectTemporal({ options }: TemporalTarget): Promise<Connection> {
  try {
    return await Connection.connect({ ...options, connectTimeout: CONNECT_TIMEOUT })
  } catch (error) {
    const reason = messageOf(error)
    throw new NotConnectedError(options.address, reason, { cause: error })
  }
}
