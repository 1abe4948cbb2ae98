import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { isSameProcess, processStartMark } from '../../tools/with-lock.mjs'
import { join } from 'node:path'
import { z } from 'zod'

/** What a client must know to reach the dev system of a data folder. */
export interface DevFacts {
  readonly address: string
  readonly namespace: string
  readonly uiUrl?: string
  /** The process that runs it. */
  readonly pid: number
  /** Tells that process from a later one with its number, where the system says. */
  readonly startMark?: string
  readonly contentDir: string
}

const factsSchema = z.object({
  address: z.string(),
  namespace: z.string(),
  uiUrl: z.string().exactOptional(),
  pid: z.int(),
  startMark: z.string().exactOptional(),
  contentDir: z.string(),
})

/** What the dev system wrote that runs on this data folder; undefined when none runs. */
export async function readDevFile(dataDir: string): Promise<DevFacts | undefined> {
  const text = await readFile(devFilePath(dataDir), 'utf8').catch(() => '')
  const parsed = factsSchema.safeParse(parseJson(text))
  // A killed dev system leaves its file behind.
  return parsed.success && isSameProcess(parsed.data) ? parsed.data : undefined
}

/** Writes `dev.json` into the data folder. Returns what removes it again, unless another process has written its own. */
export async function writeDevFile(
  dataDir: string,
  facts: Omit<DevFacts, 'pid' | 'startMark'>,
): Promise<() => Promise<void>> {
  const { pid } = process
  const path = devFilePath(dataDir)
  const partial = `${path}.${pid}.partial`
  const text = `${JSON.stringify({ ...facts, pid, startMark: processStartMark(pid) }, undefined, 2)}\n`
  await mkdir(dataDir, { recursive: true })
  await writeFile(partial, text)
  await rename(partial, path)
  return async () => {
    const current = await readFile(path, 'utf8').catch(() => '')
    if (current === text) await rm(path, { force: true })
  }
}

function devFilePath(dataDir: string): string {
  return join(dataDir, 'dev.json')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
