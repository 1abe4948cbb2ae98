import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FolderLockedError, lockFolder } from '../../../store/engines/folder-lock.ts'
import { startChild } from '../child.ts'

describe('The lock of a folder', () => {
  let parent: string
  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'switchyard-lock-'))
  })
  afterAll(() => rm(parent, { recursive: true, force: true }))

  it('is refused while another process holds it, naming that process and what to do', async () => {
    const folder = join(parent, 'held')
    const holder = startChild('lock-holder.ts', folder)
    await holder.printed(1)
    const second = lockFolder(folder)
    await expect(second).rejects.toThrow(FolderLockedError)
    await expect(second).rejects.toThrow(
      new RegExp(`${folder} is in use by process ${holder.process.pid} on .*, started .*Stop that process`),
    )
    await holder.kill()
  })

  it('ends with a process that is killed', async () => {
    const folder = join(parent, 'killed')
    const holder = startChild('lock-holder.ts', folder)
    await holder.printed(1)
    await holder.kill()
    const lock = await lockFolder(folder)
    await lock.release()
  })

  it('goes to exactly one of several processes that start together', async () => {
    const folder = join(parent, 'together')
    const children = [1, 2, 3, 4].map(() => startChild('lock-holder.ts', folder))
    await Promise.all(children.map((child) => child.printed(1)))
    const said = children.map((child) => child.lines[0])
    await Promise.all(children.map((child) => child.kill()))
    expect(said.filter((line) => line === 'locked')).toHaveLength(1)
    expect(said.filter((line) => line?.includes('is in use by'))).toHaveLength(3)
  })

  it('is refused to the same process under another name of the folder', async () => {
    const folder = join(parent, 'real')
    const lock = await lockFolder(folder)
    await symlink(folder, join(parent, 'alias'))
    await expect(lockFolder(join(parent, 'alias'))).rejects.toThrow(`process ${process.pid}`)
    await lock.release()
  })

  it('can be taken again once it is released, also when released twice', async () => {
    const folder = join(parent, 'again')
    const first = await lockFolder(folder)
    await first.release()
    const second = await lockFolder(folder)
    await first.release()
    await expect(lockFolder(folder)).rejects.toThrow(FolderLockedError)
    await second.release()
  })
})
