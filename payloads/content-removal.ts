import { ASIDE, contentPath, isNotFound, PARTIAL, payloadFolder } from './content-files.ts'
import { readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

/** What may be removed. */
export interface RemovalBound {
  /** What was put at this time or later stays. Milliseconds since the epoch. */
  readonly putBeforeMs: number
}

export interface TextRemovalBound extends RemovalBound {
  /** Those of the texts that an operation owns. */
  readonly owned: (sha256s: readonly string[]) => Promise<ReadonlySet<string>>
}

/**
 * Takes objects out of a content store. Whoever puts one has until `putBeforeMs` to have an operation own it: the put
 * makes it young again, and a text that is put or owned while it is being removed is given back.
 */
export interface ContentRemoval {
  /** Removes those of the texts that nobody owns; returns how many. */
  removeTexts(sha256s: readonly string[], bound: TextRemovalBound): Promise<number>
  /** Removes the texts of one part of the store (from 0, below `CONTENT_PARTS`) that nobody owns; returns how many. */
  removePart(part: number, bound: TextRemovalBound): Promise<number>
  /** Removes payloads of one part that left their histories; nobody but their age can tell whether they are needed. */
  removePayloads(part: number, bound: RemovalBound): Promise<number>
}

/** For the folder of a content store. */
export function createFolderContentRemoval(folder: string): ContentRemoval {
  const payloads = payloadFolder(folder)
  const removeTexts: ContentRemoval['removeTexts'] = async (sha256s, { putBeforeMs, owned }) => {
    const aside = await setAside(folder, sha256s, putBeforeMs)
    // Asked only now: who comes to own one later has put it again first, and that put wrote a file of its own.
    const kept = aside.size === 0 ? new Set<string>() : await owned([...aside.keys()])
    await Promise.all([...aside].map(([sha256, path]) => (kept.has(sha256) ? giveBack(path) : discard(path))))
    return aside.size - kept.size
  }
  return {
    removeTexts,
    removePart: async (part, bound) => removeTexts(await agedObjects(folder, part, bound), bound),
    removePayloads: async (part, bound) => {
      const aged = await agedObjects(payloads, part, bound)
      const aside = await setAside(payloads, aged, bound.putBeforeMs)
      await Promise.all([...aside.values()].map(discard))
      return aside.size
    },
  }
}

/** By hash, the paths of those that were put before; they stay readable. */
async function setAside(
  folder: string,
  sha256s: readonly string[],
  putBeforeMs: number,
): Promise<ReadonlyMap<string, string>> {
  const moved = await Promise.all(
    sha256s.map(async (sha256) => {
      const path = contentPath(folder, sha256)
      if (!(await wasPutBefore(path, putBeforeMs))) return []
      try {
        await rename(path, `${path}${ASIDE}`)
      } catch (error) {
        if (isNotFound(error)) return []
        throw error
      }
      // A put may have come between the look and the renaming: then this is its file.
      if (await wasPutBefore(`${path}${ASIDE}`, putBeforeMs)) return [[sha256, path] as const]
      await giveBack(path)
      return []
    }),
  )
  return new Map(moved.flat())
}

/** As if it had been put now: a file that was put meanwhile has the same bytes, and must not become older. */
async function giveBack(path: string): Promise<void> {
  const now = new Date()
  try {
    await utimes(`${path}${ASIDE}`, now, now)
    await rename(`${path}${ASIDE}`, path)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function discard(path: string): Promise<void> {
  await rm(`${path}${ASIDE}`, { force: true })
}

async function wasPutBefore(path: string, putBeforeMs: number): Promise<boolean> {
  try {
    return (await stat(path)).mtimeMs < putBeforeMs
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

/** Hashes of the objects in one part that were put before; tidies up what killed processes left there. */
async function agedObjects(
  folder: string,
  part: number,
  { putBeforeMs }: RemovalBound,
): Promise<readonly string[]> {
  const place = join(folder, part.toString(16).padStart(2, '0'))
  const aged = await Promise.all(
    (await namesIn(place)).map(async (name) => {
      const path = join(place, name)
      if (!(await wasPutBefore(path, putBeforeMs))) return []
      if (name.endsWith(PARTIAL)) await rm(path, { force: true })
      else if (name.endsWith(ASIDE)) await giveBack(path.slice(0, -ASIDE.length))
      else return [name]
      return []
    }),
  )
  return aged.flat()
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isNotFound(error)) return []
    throw error
  }
}
