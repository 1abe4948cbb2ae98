import { readFileSync } from 'node:fs'
import { mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { runCommand } from '../run-command.ts'
import { isSameProcess, processStartMark } from '../with-lock.mjs'

const processSchema = z.object({ pid: z.number().int().positive(), startMark: z.string().optional() })
const userSchema = z.object({ server: processSchema, owner: processSchema })
type FileUser = z.infer<typeof userSchema>

/** The guard of a dead owner gives its server five seconds; this is a little more. */
const GUARD_TIME_MS = 7_000
/** A server that was just killed takes a moment to go. */
const ENDING_TIME_MS = 1_000
const POLL_MS = 100

/** The file's one true path: what stands in the server's command line and in the pid file's name. */
export async function resolveServerFile(dbFile: string): Promise<string> {
  await mkdir(dirname(dbFile), { recursive: true })
  return join(await realpath(dirname(dbFile)), basename(dbFile))
}

/** Notes beside the file which server uses it and for which process. */
export async function recordFileUser(dbFile: string, serverPid: number): Promise<void> {
  const user: FileUser = { server: describe(serverPid), owner: describe(process.pid) }
  await writeFile(userFile(dbFile), JSON.stringify(user))
}

/** Takes back the note about an ended server; one that a later server wrote stays. */
export async function forgetFileUser(dbFile: string, serverPid: number): Promise<void> {
  const user = await readUser(dbFile)
  if (user?.server.pid === serverPid) await rm(userFile(dbFile), { force: true })
}

/**
 * Makes sure that no older server uses the file: two on one file would ruin it. The server of a living process is
 * an error that names it; one whose process is gone is waited for, and then ended.
 */
export async function releaseServerFile(dbFile: string): Promise<void> {
  const user = await readUser(dbFile)
  if (user === undefined || !(await isServerOn(dbFile, user.server))) return
  if (await isGoneWithin(user, ENDING_TIME_MS)) return
  if (isSameProcess(user.owner)) {
    throw new Error(
      `A Temporal server (process ${user.server.pid}) of process ${user.owner.pid} uses ${dbFile} already: ` +
        'stop that process first, or use another data folder.',
    )
  }
  if (await isGoneWithin(user, GUARD_TIME_MS)) return
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    // Asked again each time: the number may have passed on to a stranger.
    if (await isServerOn(dbFile, user.server)) process.kill(user.server.pid, signal)
    if (await isGoneWithin(user, GUARD_TIME_MS)) return
  }
  throw new Error(`The Temporal server of process ${user.server.pid} on ${dbFile} does not end.`)
}

async function isGoneWithin({ server }: FileUser, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (isSameProcess(server)) {
    if (performance.now() > deadline) return false
    await sleep(POLL_MS)
  }
  return true
}

async function readUser(dbFile: string): Promise<FileUser | undefined> {
  try {
    return userSchema.parse(JSON.parse(await readFile(userFile(dbFile), 'utf8')))
  } catch {
    // Absent, or cut short by a crash: then its server was never reported as started.
    return undefined
  }
}

/** Proof by the command line: never end a process only because a file names its number. */
async function isServerOn(dbFile: string, server: FileUser['server']): Promise<boolean> {
  if (!isSameProcess(server)) return false
  const commandLine = await readCommandLine(server.pid)
  return commandLine.includes('start-dev') && commandLine.includes(dbFile)
}

async function readCommandLine(pid: number): Promise<string> {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return (await runCommand('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout
  }
}

function describe(pid: number): z.infer<typeof processSchema> {
  return { pid, startMark: processStartMark(pid) }
}

function userFile(dbFile: string): string {
  return `${dbFile}.server.json`
}
