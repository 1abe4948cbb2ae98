import type { Readable } from 'node:stream'

export interface GuardedExit {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: string | null
}

export interface GuardedProcess {
  /** The command's own process id (and group), not the guard's. Rejects when the command cannot be started. */
  readonly pid: Promise<number>
  /** Rejects when the command cannot be started. */
  readonly exited: Promise<GuardedExit>
  /** Sends a signal to the command's whole process group. */
  signal(name: NodeJS.Signals): void
  /** SIGTERM to the group, SIGKILL after the grace time. */
  stop(): Promise<GuardedExit>
  readonly stdout: Readable | null
  readonly stderr: Readable | null
}

export interface GuardedOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** For descriptors 0 to 2; by default no input, and the output of this process. */
  readonly stdio?: readonly ('ignore' | 'inherit' | 'pipe' | number)[]
  /** Between SIGTERM and SIGKILL; 5,000 by default. */
  readonly graceMs?: number
}

/** Starts `command` in its own process group so that the group ends with this process, even by SIGKILL. */
export function spawnGuarded(
  command: string,
  args: readonly string[],
  options?: GuardedOptions,
): GuardedProcess
