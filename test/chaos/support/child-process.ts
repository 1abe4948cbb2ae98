import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from './until.ts'

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url))

/** The exit code, or null and the signal that ended it. */
export interface ProcessEnd {
  readonly code: number | null
  readonly signal: string | null
}

/** A script of this repository in a process of its own. */
export interface NodeProcess {
  readonly pid: number
  readonly ended: Promise<ProcessEnd>
  hasEnded(): boolean
  /** All that it has printed, both streams together. */
  output(): string
  /** Waits until it has printed a text; rejects when it ends before. */
  hasSaid(text: string): Promise<void>
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<ProcessEnd>
}

/** What a child needs of this process's environment: where programs and caches are, and nothing that configures. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'SWITCHYARD_TEMPORAL_CLI'] as const

/**
 * Starts a script with Node.
 * @param script its path from the root of the repository
 */
export function startNode(
  script: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): NodeProcess {
  const child = spawn(process.execPath, [join(REPOSITORY, script), ...args], {
    env: {
      ...Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
      TEMPORAL_CONFIG_FILE: '/nowhere/temporal.toml',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error(`${script} did not start`)
  const output = collectOutput(child)
  const endWithParent = () => child.kill('SIGKILL')
  process.once('exit', endWithParent)
  child.once('exit', () => process.off('exit', endWithParent))
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const ended = once(child, 'exit').then(() => ({ code: child.exitCode, signal: child.signalCode }))
  return {
    pid,
    ended,
    hasEnded,
    output,
    hasSaid: async (text) => {
      await until(
        `${script} says "${text}"`,
        () => (output().includes(text) || hasEnded() ? true : undefined),
        { timeoutMs: 60_000, intervalMs: 50 },
      )
      if (!output().includes(text)) throw new Error(`${script} ended before it said "${text}":\n${output()}`)
    },
    end: (signal) => {
      child.kill(signal)
      return ended
    },
  }
}

function collectOutput({ stdout, stderr }: ChildProcess): () => string {
  let output = ''
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  return () => output
}
