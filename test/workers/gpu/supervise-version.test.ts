import { describe, expect, it } from 'vitest'
import { type VersionEvent, superviseVersion } from '../../../workers/gpu/supervise-version.ts'
import type { RunningWorker } from '../../../workers/running-worker.ts'

describe('superviseVersion', () => {
  it('polls only after the host is ready, and unloads after polling has stopped', async () => {
    const scene = createScene()
    const load = Promise.withResolvers<void>()
    const version = scene.supervise({ beforeHost: () => load.promise })
    expect(version.readiness()).toEqual({ part: 'model.m.v', isReady: false, state: 'loading' })
    expect(scene.log).toEqual([])
    load.resolve()
    await version.firstServing
    expect(version.readiness().isReady).toBe(true)
    await version.stop()
    expect(scene.log).toEqual(['host started', 'polling began', 'polling stopped', 'unloaded'])
    expect(version.readiness()).toMatchObject({ isReady: false, state: 'stopped' })
  })

  it('stops polling when the host dies, and polls again once a new host is ready', async () => {
    const scene = createScene()
    const version = scene.supervise()
    await version.firstServing
    scene.killHost('killed by SIGKILL')
    await scene.until((events) => events.filter(({ type }) => type === 'serving-began').length === 2)
    expect(scene.log).toEqual([
      'host started',
      'polling began',
      'polling stopped',
      'host started',
      'polling began',
    ])
    expect(scene.events).toContainEqual({ type: 'host-died', reason: 'killed by SIGKILL', retryInMs: 1000 })
    await version.stop()
  })

  it('doubles the pause with each failed load in a row, up to a minute', async () => {
    const scene = createScene()
    const version = scene.supervise({ beforeHost: () => Promise.reject(new Error('no such file')) })
    await expect(version.firstServing).rejects.toThrow('no such file')
    await scene.until((events) => events.length >= 8)
    await version.stop()
    expect(scene.pauses.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  })

  it('does not poll when it is stopped while it loads', async () => {
    const scene = createScene()
    const load = Promise.withResolvers<void>()
    const version = scene.supervise({ beforeHost: () => load.promise })
    const stopped = version.stop()
    load.resolve()
    await stopped
    expect(scene.log).toEqual(['host started', 'unloaded'])
    await expect(version.firstServing).rejects.toThrow('stopped before it served')
  })

  it('frees the host when the worker cannot poll', async () => {
    const scene = createScene()
    const version = scene.supervise({ beforePolling: () => Promise.reject(new Error('no namespace')) })
    await expect(version.firstServing).rejects.toThrow('no namespace')
    await version.stop()
    expect(scene.log.slice(0, 2)).toEqual(['host started', 'unloaded'])
  })
})

interface Faults {
  readonly beforeHost?: () => Promise<void>
  readonly beforePolling?: () => Promise<void>
}

function createScene() {
  const log: string[] = []
  const events: VersionEvent[] = []
  const pauses: number[] = []
  let exit = Promise.withResolvers<{ reason: string }>()

  const startPolling = (): RunningWorker => {
    log.push('polling began')
    const end = Promise.withResolvers<void>()
    return {
      taskQueue: 'model.m.v',
      readiness: () => [{ part: 'model.m.v', isReady: true, state: 'running' }],
      ended: end.promise,
      stop: async () => {
        log.push('polling stopped')
        end.resolve()
      },
    }
  }
  return {
    log,
    events,
    pauses,
    killHost: (reason: string) => exit.resolve({ reason }),
    until: async (isReached: (events: readonly VersionEvent[]) => boolean) => {
      await expect.poll(() => isReached(events)).toBe(true)
    },
    supervise: ({ beforeHost, beforePolling }: Faults = {}) =>
      superviseVersion({
        name: 'model.m.v',
        startHost: async () => {
          await beforeHost?.()
          log.push('host started')
          exit = Promise.withResolvers()
          return { exited: exit.promise, unload: async () => void log.push('unloaded') }
        },
        startPolling: async () => {
          await beforePolling?.()
          return startPolling()
        },
        pause: async (ms) => {
          pauses.push(ms)
          await new Promise((resolve) => setImmediate(resolve))
        },
        onEvent: (event) => void events.push(event),
      }),
  }
}
