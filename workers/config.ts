import { join, resolve } from 'node:path'
import type { NativeConnectionOptions } from '@temporalio/worker'
import type { VariableLookup } from './catalog/environment-catalog.ts'
import { DEFAULT_CATALOG_PATH } from './catalog/load-catalog.ts'
import { DEFAULT_SCHEDULES_PATH } from './maintenance/load-schedules.ts'
import { fileURLToPath } from 'node:url'
import { hostname } from 'node:os'
import { loadClientConnectConfig } from '@temporalio/envconfig'
import {
  TRACING_VARIABLES,
  toTracingConfig,
  type TracingConfig,
  tracingFields,
} from './tracing/tracing-config.ts'
import { z } from 'zod'
import { messageOf } from '../domain/message-of.ts'

/** The environment variables that configure Switchyard itself; keys of providers are named in the catalog. */
export const CONFIG_VARIABLES = [
  'SWITCHYARD_DATA_DIR',
  'SWITCHYARD_CONTENT_DIR',
  'SWITCHYARD_CONTENT_RETENTION_DAYS',
  'SWITCHYARD_CATALOG',
  'SWITCHYARD_SCHEDULES',
  'SWITCHYARD_HEALTH_PORT',
  'SWITCHYARD_LOG_LEVEL',
  'SWITCHYARD_SHUTDOWN_GRACE_MS',
  'SWITCHYARD_WORKFLOW_STACK_FRAMES',
  'SWITCHYARD_NODE_ID',
  'SWITCHYARD_NODE_MEMORY_MB',
  'SWITCHYARD_METRICS_USERS',
  'DATABASE_URL',
  ...TRACING_VARIABLES,
] as const

/** In place of a file: orchestrators leave schedules alone. */
const NO_SCHEDULES = 'none'

const ONE_DAY_MS = 24 * 3_600_000
const MEGABYTE = 2 ** 20
const NODE_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface TemporalConfig {
  readonly connection: NativeConnectionOptions
  readonly namespace: string
  /** `TEMPORAL_ADDRESS` itself; absent when the address comes from a profile file or is the default. */
  readonly chosenAddress?: string
}

/** Everything a worker process reads from its environment. */
export interface WorkerConfig {
  /** Absolute. Holds what the embedded parts keep. */
  readonly dataDir: string
  /** Absolute. Every worker and client must reach the same one. */
  readonly contentDir: string
  /** How long stored texts are kept after the end of their operation, in milliseconds. */
  readonly contentRetentionMs: number
  readonly catalogPath: string
  /** The file of schedules that orchestrators see to when they start. Absent: none. */
  readonly schedulesPath?: string
  /** PostgreSQL; absent: the embedded database in `dataDir`. */
  readonly databaseUrl?: string
  /** Absent: no health endpoint. */
  readonly healthPort?: number
  readonly logLevel: LogLevel
  /** Time for running calls to end after a stop was asked for, in milliseconds. */
  readonly shutdownGraceMs: number
  /** How deep the stacks of workflow code are that errors and Temporal's stack query show. */
  readonly workflowStackFrames: number
  /** Names this GPU node, also after a restart. */
  readonly nodeId: string
  /** What local models may take on this node together, in bytes. Absent: what the machine has. */
  readonly nodeMemoryBytes?: number
  /** Whether metrics tell users apart, and not only their tenants. */
  readonly metricsWithUsers: boolean
  /** Where traces go. Absent: there are none. */
  readonly tracing?: TracingConfig
  readonly temporal: TemporalConfig
  /** Finds keys and base URLs of providers by the names that the catalog gives. */
  readonly lookup: VariableLookup
}

/** The environment holds something that cannot be used. Its message lists each variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

export type Environment = Readonly<Record<string, string | undefined>>

const DEFAULT_DATA_DIR = fileURLToPath(new URL('../.switchyard', import.meta.url))

const unset = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? undefined : value

function variable<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(unset, schema)
}

const schema = z.object({
  SWITCHYARD_DATA_DIR: variable(z.string().default(DEFAULT_DATA_DIR)),
  SWITCHYARD_CONTENT_DIR: variable(z.string().optional()),
  SWITCHYARD_CONTENT_RETENTION_DAYS: variable(
    z.coerce
      .number({ error: 'must be a number of days' })
      .min(0, { error: 'must be 0 or more days' })
      .max(3_650, { error: 'must be at most 3650 days' })
      .default(30),
  ),
  SWITCHYARD_CATALOG: variable(z.string().default(DEFAULT_CATALOG_PATH)),
  SWITCHYARD_SCHEDULES: variable(z.string().default(DEFAULT_SCHEDULES_PATH)),
  SWITCHYARD_HEALTH_PORT: variable(
    z.coerce
      .number({ error: 'must be a port number from 0 to 65535' })
      .int({ error: 'must be a port number from 0 to 65535' })
      .min(0, { error: 'must be a port number from 0 to 65535' })
      .max(65_535, { error: 'must be a port number from 0 to 65535' })
      .optional(),
  ),
  SWITCHYARD_LOG_LEVEL: variable(
    z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  ),
  SWITCHYARD_SHUTDOWN_GRACE_MS: variable(
    z.coerce
      .number({ error: 'must be a number of milliseconds' })
      .int({ error: 'must be a whole number of milliseconds' })
      .min(0, { error: 'must be 0 or more milliseconds' })
      .default(30_000),
  ),
  SWITCHYARD_WORKFLOW_STACK_FRAMES: variable(
    z.coerce
      .number({ error: 'must be a number of stack frames' })
      .int({ error: 'must be a whole number of stack frames' })
      .min(0, { error: 'must be 0 or more stack frames' })
      .max(50, { error: 'must be at most 50 stack frames' })
      .default(0),
  ),
  SWITCHYARD_NODE_ID: variable(
    z
      .string()
      .regex(NODE_ID_PATTERN, {
        error: 'must be 1 to 128 letters, digits or . _ : - and start with a letter or digit',
      })
      .optional(),
  ),
  SWITCHYARD_NODE_MEMORY_MB: variable(
    z.coerce
      .number({ error: 'must be a number of megabytes' })
      .positive({ error: 'must be more than 0 megabytes' })
      .optional(),
  ),
  SWITCHYARD_METRICS_USERS: variable(
    z.enum(['true', 'false'], { error: 'must be true or false' }).default('false'),
  ),
  ...tracingFields,
  DATABASE_URL: variable(
    z
      .string()
      // The value is not repeated: it holds a password.
      .regex(/^postgres(ql)?:\/\/./, { error: 'must start with postgres:// or postgresql://' })
      .optional(),
  ),
})

/**
 * Reads the configuration of a worker process.
 * @throws ConfigError that names every variable that cannot be used
 */
export function loadConfig(environment: Environment = process.env): WorkerConfig {
  const parsed = schema.safeParse(environment)
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`)
    throw new ConfigError(`the environment cannot be used:\n  ${lines.join('\n  ')}`)
  }
  const values = parsed.data
  const dataDir = resolve(values.SWITCHYARD_DATA_DIR)
  const tracing = toTracingConfig(values)
  return {
    dataDir,
    contentDir: resolve(values.SWITCHYARD_CONTENT_DIR ?? join(dataDir, 'content')),
    contentRetentionMs: Math.round(values.SWITCHYARD_CONTENT_RETENTION_DAYS * ONE_DAY_MS),
    catalogPath: resolve(values.SWITCHYARD_CATALOG),
    ...(values.SWITCHYARD_SCHEDULES === NO_SCHEDULES
      ? {}
      : { schedulesPath: resolve(values.SWITCHYARD_SCHEDULES) }),
    ...(values.DATABASE_URL === undefined ? {} : { databaseUrl: values.DATABASE_URL }),
    ...(values.SWITCHYARD_HEALTH_PORT === undefined ? {} : { healthPort: values.SWITCHYARD_HEALTH_PORT }),
    logLevel: values.SWITCHYARD_LOG_LEVEL,
    shutdownGraceMs: values.SWITCHYARD_SHUTDOWN_GRACE_MS,
    workflowStackFrames: values.SWITCHYARD_WORKFLOW_STACK_FRAMES,
    nodeId: values.SWITCHYARD_NODE_ID ?? defaultNodeId(values.SWITCHYARD_HEALTH_PORT),
    ...(values.SWITCHYARD_NODE_MEMORY_MB === undefined
      ? {}
      : { nodeMemoryBytes: Math.floor(values.SWITCHYARD_NODE_MEMORY_MB * MEGABYTE) }),
    metricsWithUsers: values.SWITCHYARD_METRICS_USERS === 'true',
    ...(tracing === undefined ? {} : { tracing }),
    temporal: loadTemporalConfig(environment),
    lookup: (name) => environment[name],
  }
}

/** The same after a restart, and another for each node of a machine that has a health port of its own. */
function defaultNodeId(healthPort = 0): string {
  return healthPort === 0 ? hostname() : `${hostname()}:${healthPort}`
}

/** Address, namespace, key and TLS by Temporal's own rules: its profile file, then `TEMPORAL_*`. */
function loadTemporalConfig(environment: Environment): TemporalConfig {
  const present = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1].trim() !== '',
  )
  const variables = Object.fromEntries(present)
  const chosenAddress = variables['TEMPORAL_ADDRESS']
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars: variables })
    return {
      connection: connectionOptions,
      namespace: namespace ?? 'default',
      ...(chosenAddress === undefined ? {} : { chosenAddress }),
    }
  } catch (error) {
    const reason = messageOf(error)
    throw new ConfigError(`the Temporal connection settings cannot be used: ${reason}`, { cause: error })
  }
}
