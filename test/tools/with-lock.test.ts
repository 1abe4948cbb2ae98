import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { spawnGuarded } from '../../tools/guarded-process.mjs'
import { isSameProcess, processStartMark, withLock } from '../../tools/with-lock.mjs'

/** Above every process id that Linux hands out. */
const NO_SUCH_PID = 2 ** 22 + 1

describe('withLock', () => {
  let folder: string
  let lock: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-lock-'))
    lock = join(folder, 'a.lock')
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  test('lets one holder in at a time', async () => {
    let inside = 0
    let mostInside = 0
    const task = async () => {
      inside += 1
      mostInside = Math.max(mostInside, inside)
      await sleep(20)
      inside -= 1
    }
    await Promise.all(Array.from({ length: 5 }, () => withLock(lock, task)))
    expect(mostInside).toBe(1)
    expect(await readdir(folder)).toEqual([])
  })

  test('is free again after a task that failed', async () => {
    const failing = withLock(lock, () => Promise.reject(new Error('no')))
    await expect(failing).rejects.toThrow('no')
    await expect(withLock(lock, () => Promise.resolve('yes'))).resolves.toBe('yes')
  })

  test('tells once who holds it', async () => {
    const holders: number[] = []
    const first = withLock(lock, () => sleep(600))
    await sleep(100)
    await withLock(lock, () => Promise.resolve(), { onWait: ({ pid }) => holders.push(pid) })
    await first
    expect(holders).toEqual([process.pid])
  })

  test('breaks the lock of a process that is gone', async () => {
    await mkdir(lock)
    await writeFile(join(lock, 'owner.json'), JSON.stringify({ pid: NO_SUCH_PID, host: hostname() }))
    await expect(withLock(lock, () => Promise.resolve('taken'))).resolves.toBe('taken')
  })

  test('breaks the lock of a process whose number another one has now', async () => {
    await mkdir(lock)
    const earlier = { pid: process.pid, startMark: 'earlier', host: hostname() }
    await writeFile(join(lock, 'owner.json'), JSON.stringify(earlier))
    await expect(withLock(lock, () => Promise.resolve('taken'))).resolves.toBe('taken')
  })

  test('breaks a lock whose holder died before it gave its name', async () => {
    await mkdir(lock)
    const longAgo = new Date(Date.now() - 60_000)
    await utimes(lock, longAgo, longAgo)
    await expect(withLock(lock, () => Promise.resolve('taken'))).resolves.toBe('taken')
  })

  test('lets only one of many take over from a dead holder', async () => {
    await mkdir(lock)
    await writeFile(join(lock, 'owner.json'), JSON.stringify({ pid: NO_SUCH_PID, host: hostname() }))
    let inside = 0
    let mostInside = 0
    const task = async () => {
      inside += 1
      mostInside = Math.max(mostInside, inside)
      await sleep(5)
      inside -= 1
    }
    await Promise.all(Array.from({ length: 6 }, () => withLock(lock, task)))
    expect(mostInside).toBe(1)
  })
})

test('a process that has ended is not the same process', async () => {
  const child = spawnGuarded('sleep', ['30'])
  const pid = await child.pid
  const owner = { pid, startMark: processStartMark(pid) }
  expect(isSameProcess(owner)).toBe(true)
  await child.stop()
  expect(isSameProcess(owner)).toBe(false)
})
