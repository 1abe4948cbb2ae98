import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a client must know to reach the dev system of a data folder. */
export interface DevFacts {
  readonly address: string
  readonly namespace: string
  readonly uiUrl?: string
  /** The process that runs it. */
  readonly pid: number
  readonly contentDir: string
}

/** Writes `dev.json` into the data folder. Returns what removes it again, unless another process has written its own. */
export async function writeDevFile(dataDir: string, facts: DevFacts): Promise<() => Promise<void>> {
  const path = join(dataDir, 'dev.json')
  const partial = `${path}.${facts.pid}.partial`
  const text = `${JSON.stringify(facts, undefined, 2)}\n`
  await mkdir(dataDir, { recursive: true })
  await writeFile(partial, text)
  await rename(partial, path)
  return async () => {
    const current = await readFile(path, 'utf8').catch(() => '')
    if (current === text) await rm(path, { force: true })
  }
}
