import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A folder that this process alone may use until it releases it or ends. */
export interface FolderLock {
  release(): Promise<void>
}

/** The folder is in use by another process, or twice by this one. */
export class FolderLockedError extends Error {
  override readonly name = 'FolderLockedError'
}

const ADVICE = 'Stop that process or choose another folder.'

/**
 * Locks a folder for this process, creating it where needed.
 *
 * The lock is the operating system's own, taken through SQLite, which knows how to lock a file on each of them. It
 * ends with its process however that ends, so there is no stale lock to break and no process id to mistake for
 * another's. The owner's id and start stand beside it only to be shown.
 *
 * @param advice what to do when it is locked, for the error's message
 * @throws {FolderLockedError} naming the owner, when the folder is locked
 */
export async function lockFolder(folder: string, advice = ADVICE): Promise<FolderLock> {
  await mkdir(folder, { recursive: true })
  const ownerFile = join(folder, 'owner.txt')
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    throw new FolderLockedError(await lockedMessage(folder, ownerFile, advice), { cause: error })
  }
  await writeFile(ownerFile, describeOwner())
  return {
    release: async () => {
      if (!lock.isOpen) return
      await rm(ownerFile, { force: true })
      lock.close()
    },
  }
}

async function lockedMessage(folder: string, ownerFile: string, advice: string): Promise<string> {
  const owner = await readFile(ownerFile, 'utf8').catch(() => '')
  return `The folder ${folder} is in use by ${owner === '' ? 'another process' : owner}. ${advice}`
}

function describeOwner(): string {
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString()
  return `process ${process.pid} on ${hostname()}, started ${startedAt}`
}

const SQLITE_BUSY = 5

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}
