import { join, resolve } from 'node:path'
import { loadConfig } from '../workers/dev-settings.ts'

/** What the command line takes from the environment and its global options. */
export interface Settings {
  /** Absolute. What the embedded parts keep. */
  readonly dataDir: string
  /** Absolute. The content store, unless a running system says another. */
  readonly contentDir: string
  readonly catalogPath: string
  readonly databaseUrl?: string
  /** Whether TEMPORAL_ADDRESS or a profile file names a server. */
  readonly hasTemporalAddress: boolean
}

/** Reads the settings; `--data-dir` wins over the environment. @throws ConfigError */
export function loadSettings(options: { readonly dataDir?: string }): Settings {
  const { dataDir, contentDir, catalogPath, databaseUrl, temporal } = loadConfig()
  const hasTemporalAddress = temporal.connection.address !== undefined
  const common = { catalogPath, hasTemporalAddress, ...(databaseUrl === undefined ? {} : { databaseUrl }) }
  if (options.dataDir === undefined) return { ...common, dataDir, contentDir }
  const chosen = resolve(options.dataDir)
  const followsDataDir = contentDir === join(dataDir, 'content')
  return { ...common, dataDir: chosen, contentDir: followsDataDir ? join(chosen, 'content') : contentDir }
}

/** Finds environment variables by the names that a catalog gives. */
export function lookupVariable(): (name: string) => string | undefined {
  return loadConfig().lookup
}
