import { join } from 'node:path'
import { readFile } from 'node:fs/promises'

/** The dev system that runs on a data folder, as it describes itself there. */
export interface DevFile {
  readonly address: string
  readonly namespace: string
  /** Absent when its Temporal server is somebody else's. */
  readonly uiUrl?: string
  readonly pid: number
  readonly contentDir: string
}

/** Reads what `switchyard dev` wrote; undefined when none runs on this folder. */
export async function readDevFile(dataDir: string): Promise<DevFile | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(dataDir, 'dev.json'), 'utf8'))
    // A killed dev system leaves its file behind.
    return isDevFile(value) && isAlive(value.pid) ? value : undefined
  } catch {
    return undefined
  }
}

function isDevFile(value: unknown): value is DevFile {
  if (typeof value !== 'object' || value === null) return false
  const fields = new Map<string, unknown>(Object.entries(value))
  const texts = ['address', 'namespace', 'contentDir']
  return texts.every((name) => typeof fields.get(name) === 'string') && Number.isInteger(fields.get('pid'))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process is alive, too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
