import { expect, it } from 'vitest'
import { createVersionsInHold } from '../../../workers/gpu/versions-in-hold.ts'
import type { VersionInHold } from '../../../workers/gpu/hold-version.ts'

const [V1, V2] = ['v1', 'v2'].map((version) => ({ model: 'm', version }))
if (V1 === undefined || V2 === undefined) throw new Error('there are two versions')

function scene() {
  const log: string[] = []
  const drains = new Map<string, PromiseWithResolvers<void>>()
  const versions = createVersionsInHold(
    ({ model, version }): VersionInHold => {
      log.push(`load ${version}`)
      let isDraining = false
      return {
        model,
        version,
        isDraining: () => isDraining,
        describe: () => ({ model, version, phase: 'ready', slots: 1, busySlots: 0, queuedCalls: 0 }),
        readiness: () => ({ part: version, isReady: true, state: 'serving' }),
        firstServing: Promise.resolve(),
        stop: (graceMs) => {
          isDraining = true
          log.push(`stop ${version} ${graceMs ?? 'in its own time'}`)
          const drain = Promise.withResolvers<void>()
          drains.set(version, drain)
          return drain.promise
        },
      }
    },
    () => void log.push('gone'),
  )
  return { versions, log, endDrain: (version: string) => drains.get(version)?.resolve() }
}

it('a node takes up what is missing, once, and lets go of what is not wanted', async () => {
  const { versions, log, endDrain } = scene()
  versions.follow([V1])
  versions.follow([V1])
  versions.follow([V2])
  expect(log).toEqual(['load v1', 'stop v1 in its own time', 'load v2'])
  expect(versions.list().map(({ version }) => version)).toEqual(['v1', 'v2'])
  endDrain('v1')
  await expect.poll(() => versions.list().map(({ version }) => version)).toEqual(['v2'])
  expect(log.at(-1)).toBe('gone')
})

it('a version that is wanted again while it drains is loaded after that', async () => {
  const { versions, log, endDrain } = scene()
  versions.follow([V1])
  versions.follow([])
  versions.follow([V1])
  expect(log).toEqual(['load v1', 'stop v1 in its own time'])
  endDrain('v1')
  await expect.poll(() => log).toEqual(['load v1', 'stop v1 in its own time', 'gone', 'load v1'])
})

it('a node that stops lets go of everything in bounded time, and takes up nothing more', async () => {
  const { versions, log, endDrain } = scene()
  versions.follow([V1])
  const stopped = versions.stop(500)
  versions.follow([V1, V2])
  endDrain('v1')
  await stopped
  expect(log).toEqual(['load v1', 'stop v1 500'])
  expect(versions.list()).toEqual([])
})
