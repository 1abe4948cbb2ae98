import { mkdir, readFile, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// Plain JavaScript, because the bootstrap needs it before anything is installed.

const POLL_MS = 250
const TOUCH_MS = 2_000
/** A holder on another machine cannot be asked whether it lives; its silence must do. */
const SILENT_AFTER_MS = 60_000
/** Between making the folder and naming its owner a process needs microseconds, not seconds. */
const UNNAMED_AFTER_MS = 10_000

/** Runs `task` while holding the lock folder at `path`; waits for whoever holds it, unless that one is gone. */
export async function withLock(path, task, { onWait } = {}) {
  await acquire(path, onWait)
  const touching = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, TOUCH_MS)
  touching.unref()
  try {
    return await task()
  } finally {
    clearInterval(touching)
    await rm(path, { recursive: true, force: true })
  }
}

async function acquire(path, onWait) {
  await mkdir(dirname(path), { recursive: true })
  let announced = false
  while (!(await tryCreate(path))) {
    const owner = await readOwner(path)
    if (await isStale(path, owner)) {
      await breakLock(path)
      continue
    }
    if (!announced && owner !== undefined) {
      announced = true
      onWait?.(owner)
    }
    await sleep(POLL_MS)
  }
}

async function tryCreate(path) {
  try {
    await mkdir(path)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
  const owner = { pid: process.pid, startMark: processStartMark(process.pid), host: hostname() }
  await writeFile(join(path, 'owner.json'), JSON.stringify(owner))
  return true
}

async function readOwner(path) {
  try {
    return JSON.parse(await readFile(join(path, 'owner.json'), 'utf8'))
  } catch {
    return undefined
  }
}

async function isStale(path, owner) {
  const touched = await stat(path).catch(() => undefined)
  if (touched === undefined) return false
  const silentMs = Date.now() - touched.mtimeMs
  if (owner === undefined) return silentMs > UNNAMED_AFTER_MS
  return owner.host === hostname() ? !isSameProcess(owner) : silentMs > SILENT_AFTER_MS
}

// Two that find the same dead owner must not both remove: the later would remove the earlier one's new lock.
// So one at a time looks again and removes.
async function breakLock(path) {
  const breaker = `${path}.breaking`
  try {
    await mkdir(breaker)
  } catch {
    const touched = await stat(breaker).catch(() => undefined)
    if (touched !== undefined && Date.now() - touched.mtimeMs > UNNAMED_AFTER_MS) await rmdir(breaker)
    await sleep(POLL_MS)
    return
  }
  try {
    if (await isStale(path, await readOwner(path))) await rm(path, { recursive: true, force: true })
  } finally {
    await rmdir(breaker)
  }
}

/** Whether the process that `owner` describes still runs, and is not another one that got its number. */
export function isSameProcess(owner) {
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
  const fields = processFields(owner.pid)
  // A zombie is dead: its number stays taken only until its parent looks.
  if (fields?.[STATE_FIELD] === 'Z') return false
  return owner.startMark === undefined || owner.startMark === fields?.[START_FIELD]
}

/** What tells this process from a later one with the same number: its start in clock ticks. Linux only. */
export function processStartMark(pid) {
  return processFields(pid)?.[START_FIELD]
}

const STATE_FIELD = 0
const START_FIELD = 19

// The fields of Linux's process table after the name, which stands in brackets and may hold spaces.
function processFields(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return status.slice(status.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
