import { runCommand } from '../run-command.ts'

/** What this repository is tested with: CLI 1.9.1 brings server 1.32.0 and UI 2.54.1. */
export const TEMPORAL_CLI_VERSION = '1.9.1'

const OLDEST_CLI = [1, 9, 1] as const
const OLDEST_SERVER = [1, 32, 0] as const

export interface TemporalCliVersion {
  readonly cli: string
  readonly server: string
  readonly isNewEnough: boolean
}

/** Asks a `temporal` program for its version; undefined when there is none or its answer is not understood. */
export async function readTemporalCliVersion(
  path: string,
  env?: NodeJS.ProcessEnv,
): Promise<TemporalCliVersion | undefined> {
  const { code, stdout } = await runCommand(path, ['--version'], env === undefined ? {} : { env })
  return code === 0 ? parseTemporalCliVersion(stdout) : undefined
}

/** Reads `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export function parseTemporalCliVersion(text: string): TemporalCliVersion | undefined {
  const found = /temporal version (\d+\.\d+\.\d+).*\(Server (\d+\.\d+\.\d+)/.exec(text)
  const [, cli, server] = found ?? []
  if (cli === undefined || server === undefined) return undefined
  const isNewEnough = isAtLeast(cli, OLDEST_CLI) && isAtLeast(server, OLDEST_SERVER)
  return { cli, server, isNewEnough }
}

/** Compares dotted numbers; `1.26` counts as `1.26.0`. */
export function isAtLeast(version: string, oldest: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, least] of oldest.entries()) {
    const part = parts[index] ?? 0
    if (part !== least) return part > least
  }
  return true
}
