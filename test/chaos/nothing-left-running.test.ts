import { createServer } from 'node:http'
import { mkdir, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDevFolder, type DevFolder } from './support/dev-folder.ts'
import type { NodeProcess } from './support/child-process.ts'

const MAIN = 'workers/dev-main.ts'
const RUNNING = 'Switchyard runs'

describe('a dev system leaves no process behind', { timeout: 90_000 }, () => {
  it('after SIGTERM', async () => {
    await using folder = await createDevFolder()
    const system = await startWhole(folder)
    expect(await system.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await folder.processes()).toEqual([])
  })

  it('after Ctrl-C on the command line', async () => {
    await using folder = await createDevFolder()
    const system = folder.start('tools/switchyard.mjs', ['dev'])
    await system.hasSaid(RUNNING)
    expect(await system.end('SIGINT')).toEqual({ code: 0, signal: null })
    expect(await folder.processes()).toEqual([])
  })

  it('after SIGKILL of the command line', async () => {
    await using folder = await createDevFolder()
    const system = folder.start('tools/switchyard.mjs', ['dev'])
    await system.hasSaid(RUNNING)
    await system.end('SIGKILL')
    await folder.isLeftAlone()
  })

  it('after SIGKILL, at its first start and later, and its folder serves the next at once', async () => {
    await using folder = await createDevFolder()
    const starting = folder.start(MAIN)
    await starting.hasSaid('Temporal: starting')
    await starting.end('SIGKILL')
    const running = await startWhole(folder)
    await running.end('SIGKILL')
    const next = await startWhole(folder)
    expect(await next.end('SIGTERM')).toEqual({ code: 0, signal: null })
    await folder.isLeftAlone()
  })

  it('when it is told to end while it starts', async () => {
    await using folder = await createDevFolder()
    const system = folder.start(MAIN)
    await system.hasSaid('Temporal: starting')
    expect(await system.end('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await folder.processes()).toEqual([])
  })

  it('when the catalog is broken', async () => {
    await using folder = await createDevFolder()
    await folder.writeCatalog({ 'tasks.default.model': 'nobody' })
    const system = folder.start(MAIN)
    expect(await system.ended).toEqual({ code: 1, signal: null })
    expect(system.output()).toContain('tasks.default.model')
    expect(await folder.processes()).toEqual([])
  })

  it('when its health port is taken', async () => {
    await using folder = await createDevFolder()
    const other = createServer().listen(0)
    await once(other, 'listening')
    const bound = other.address()
    const port = typeof bound === 'object' && bound !== null ? String(bound.port) : ''
    const system = folder.start(MAIN, [], { SWITCHYARD_HEALTH_PORT: port })
    expect(await system.ended).toEqual({ code: 1, signal: null })
    expect(system.output()).toContain(port)
    expect(await folder.processes()).toEqual([])
    other.close()
  })

  it('when its database cannot be opened while Temporal comes up', async () => {
    await using folder = await createDevFolder()
    await mkdir(join(folder.path, 'database'))
    await writeFile(join(folder.path, 'database', 'pgdata'), 'this is a file')
    const system = folder.start(MAIN)
    expect(await system.ended).toEqual({ code: 1, signal: null })
    expect(system.output()).toContain('pgdata cannot be opened')
    expect(await folder.processes()).toEqual([])
  })

  it('when its model cannot be loaded', async () => {
    await using folder = await createDevFolder()
    const broken = join(folder.path, 'broken.gguf')
    await writeFile(broken, 'these are no weights')
    await folder.writeCatalog({ 'models.chat-small.versions.0.weights': { uri: `file:${broken}` } })
    const system = folder.start(MAIN)
    expect(await system.ended).toEqual({ code: 1, signal: null })
    expect(system.output()).toContain('cannot load version chat-small v1')
    expect(await folder.processes()).toEqual([])
  })
})

/** Starts a dev system and waits until all its processes are there: else nothing would prove that they go. */
async function startWhole(folder: DevFolder): Promise<NodeProcess> {
  const system = folder.start(MAIN)
  await system.hasSaid(RUNNING)
  const running = (await folder.processes()).join('\n')
  for (const part of [MAIN, 'child-guard.mjs', 'start-dev', 'host/host.ts']) expect(running).toContain(part)
  return system
}
