/** The process that holds a lock. */
export interface LockOwner {
  readonly pid: number
  readonly startMark?: string | undefined
  readonly host?: string
}

/**
 * Runs `task` while holding the lock folder at `path`, and removes the folder afterwards.
 * Waits as long as another living process holds it (`onWait` is told once who); a dead holder's lock is broken.
 */
export function withLock<T>(
  path: string,
  task: () => Promise<T>,
  options?: { readonly onWait?: (owner: LockOwner) => void },
): Promise<T>

/** Whether the process that `owner` describes still runs, and is not another one that got its number. */
export function isSameProcess(owner: LockOwner): boolean

/** What tells a process from a later one with the same number; undefined where the system does not say. */
export function processStartMark(pid: number): string | undefined
