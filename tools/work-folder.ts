import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * A new folder beside `target`, so that moving the finished file there is a rename. What a killed process left
 * there for the same target goes first: call it only while holding the target's lock.
 */
export async function createWorkFolder(target: string): Promise<string> {
  const home = dirname(target)
  await mkdir(home, { recursive: true })
  const prefix = `.work-${basename(target)}-`
  const leftovers = (await readdir(home)).filter((name) => name.startsWith(prefix))
  await Promise.all(leftovers.map((name) => rm(join(home, name), { recursive: true, force: true })))
  return mkdtemp(join(home, prefix))
}
