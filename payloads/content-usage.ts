import { readdir, stat, statfs } from 'node:fs/promises'
import { isNotFound } from './content-files.ts'
import { join } from 'node:path'

/** What the folder of a content store takes, in bytes, and its disk. */
export interface FolderUsage {
  readonly objects: number
  readonly bytes: number
  readonly freeDiskBytes: number
  readonly diskBytes: number
}

/** Counts every file of a content store. What is removed meanwhile is not counted; a folder that is not there is empty. */
export async function readFolderUsage(folder: string): Promise<FolderUsage> {
  const { objects, bytes } = await countFiles(folder)
  const { bavail, blocks, bsize } = await statfs(folder).catch(() => ({ bavail: 0, blocks: 0, bsize: 0 }))
  return { objects, bytes, freeDiskBytes: bavail * bsize, diskBytes: blocks * bsize }
}

async function countFiles(folder: string): Promise<Pick<FolderUsage, 'objects' | 'bytes'>> {
  let [objects, bytes] = [0, 0]
  for (const entry of await orEmpty(() => readdir(folder, { withFileTypes: true }))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      // oxlint-disable-next-line no-await-in-loop -- folder after folder, to spare the disk
      const inside = await countFiles(path)
      objects += inside.objects
      bytes += inside.bytes
    } else {
      // oxlint-disable-next-line no-await-in-loop
      const size = await sizeOf(path)
      if (size !== undefined) [objects, bytes] = [objects + 1, bytes + size]
    }
  }
  return { objects, bytes }
}

async function orEmpty<Item>(read: () => Promise<Item[]>): Promise<Item[]> {
  try {
    return await read()
  } catch (error) {
    if (isNotFound(error)) return []
    throw error
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
