import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Ends the name of an object that is about to be removed. */
export const ASIDE = '.removing'

/** Ends the name of a file that is being written. */
export const PARTIAL = '.partial'

/** Where a text lies. */
export function contentPath(folder: string, sha256: string): string {
  return join(folder, sha256.slice(0, 2), sha256)
}

/** Where payloads lie that were too big for a history: apart from the texts, because no operation owns them. */
export function payloadFolder(folder: string): string {
  return join(folder, 'payloads')
}

/** Writes beside the target and renames, so that a reader never sees half an object. */
export async function writeObject(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const partial = `${path}.${randomUUID()}${PARTIAL}`
  try {
    await writeFile(partial, bytes, { flag: 'wx', flush: true })
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

/** Reads the first of the paths that is there, also while it is set aside. @throws ENOENT when none is */
export async function readObject(paths: readonly string[]): Promise<Uint8Array> {
  // Twice, because between two looks it may have been set aside or given back.
  const places = [...paths, ...paths.map((path) => `${path}${ASIDE}`), ...paths]
  let missing: unknown
  for (const place of places) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one place after the other
      return await readFile(place)
    } catch (error) {
      if (!isNotFound(error)) throw error
      missing ??= error
    }
  }
  throw missing
}

/** Whether a file operation failed because there is no such file. */
export function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
