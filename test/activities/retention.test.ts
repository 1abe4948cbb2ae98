import { describe, expect, test } from 'vitest'
import {
  createRetentionActivities,
  type ReleaseContentsInput,
  type RetentionActivityDeps,
  type WorkflowEnd,
} from '../../activities/retention.ts'
import type { ContentOwner, ContentOwnerQuery } from '../../store/content/content-retention.ts'
import type { RemovalBound } from '../../payloads/content-removal.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const ENDS: Readonly<Record<string, WorkflowEnd>> = {
  'task/running': { isOpen: true },
  'task/over': { isOpen: false, endedAtMs: NOW - 31 * DAY_MS },
  'task/just-over': { isOpen: false, endedAtMs: NOW - DAY_MS },
  'task/forgotten': { isOpen: false },
}

/** Activities over these owners; workflows that `ENDS` does not have cannot be asked about. */
function activitiesOver(owners: readonly ContentOwner[], changes: Partial<RetentionActivityDeps> = {}) {
  const seen = {
    queries: [] as ContentOwnerQuery[],
    released: [] as string[],
    removed: [] as (readonly string[])[],
    bounds: [] as RemovalBound[],
    asked: [] as string[],
    parts: [] as number[],
  }
  const activities = createRetentionActivities({
    contentRetention: {
      readOwners: async (query) => {
        seen.queries.push(query)
        return { owners }
      },
      release: async (operationIds) => {
        seen.released.push(...operationIds)
        return operationIds.map((id) => `text of ${id}`)
      },
    },
    contentIndex: { ownedAmong: async () => new Set() },
    contentRemoval: {
      removeTexts: async (sha256s, bound) => {
        seen.removed.push(sha256s)
        seen.bounds.push(bound)
        return sha256s.length
      },
      removePart: async (part, bound) => {
        seen.parts.push(part)
        seen.bounds.push(bound)
        return 2
      },
      removePayloads: async (_part, bound) => {
        seen.bounds.push(bound)
        return 1
      },
    },
    contentRetentionMs: 30 * DAY_MS,
    endOf: async (workflowId) => {
      seen.asked.push(workflowId)
      const end = ENDS[workflowId]
      if (end === undefined) throw new Error('the server does not answer')
      return end
    },
    now: () => NOW,
    ...changes,
  })
  return { activities, seen }
}

const ended = (operationId: string): ContentOwner => ({ operationId, hasEnded: true })
const quiet = (operationId: string): ContentOwner => ({ operationId, hasEnded: false })
const INPUT: ReleaseContentsInput = { graceMs: 7 * DAY_MS }

describe('letting texts go', () => {
  test('asks nobody about an operation whose end is in the ledger', async () => {
    const { activities, seen } = activitiesOver([ended('call/1')])
    expect(await activities.releaseContents(INPUT)).toEqual({
      ownersReleased: 1,
      ownersUndecided: 0,
      objectsRemoved: 1,
    })
    expect(seen).toMatchObject({ asked: [], removed: [['text of call/1']] })
    expect(seen.bounds[0]?.putBeforeMs).toBe(NOW - 7 * DAY_MS)
  })

  test('asks Temporal about the others, which may be waiting, and keeps what ended lately', async () => {
    const owners = ['task/running', 'task/over', 'task/just-over', 'task/forgotten'].map(quiet)
    const { activities, seen } = activitiesOver(owners)
    expect(await activities.releaseContents(INPUT)).toMatchObject({ ownersReleased: 2, ownersUndecided: 0 })
    expect(seen.released).toEqual(['task/over', 'task/forgotten'])
  })

  test('leaves alone what nothing could be learnt about', async () => {
    const { activities, seen } = activitiesOver([quiet('task/unknown'), quiet('task/over'), ended('call/1')])
    expect(await activities.releaseContents(INPUT)).toMatchObject({ ownersReleased: 2, ownersUndecided: 1 })
    expect(seen.released).toEqual(['call/1', 'task/over'])
  })

  test('stops asking when the server is away', async () => {
    const owners = Array.from({ length: 50 }, (_, index) => quiet(`task/unknown-${index}`))
    const { activities, seen } = activitiesOver(owners)
    expect(await activities.releaseContents(INPUT)).toMatchObject({ ownersReleased: 0, ownersUndecided: 50 })
    expect(seen.asked.length).toBeLessThan(50)
  })

  test('keeps texts as long as the worker is configured, unless its input says otherwise', async () => {
    const { activities, seen } = activitiesOver([])
    await activities.releaseContents(INPUT)
    await activities.releaseContents({ ...INPUT, retentionMs: 0 })
    expect(seen.queries.map(({ olderThanMs }) => olderThanMs)).toEqual([30 * DAY_MS, 0])
  })
})

describe('the walk through the content store', () => {
  const from = { graceMs: 7 * DAY_MS, payloadRetentionMs: 90 * DAY_MS, part: 0 }

  test('goes through every part, payloads with a bound of their own', async () => {
    const { activities, seen } = activitiesOver([])
    expect(await activities.removeUnownedContents(from)).toEqual({ objectsRemoved: 256 * 3 })
    expect(seen.parts).toEqual(Array.from({ length: 256 }, (_, part) => part))
    expect(seen.bounds.map(({ putBeforeMs }) => putBeforeMs).slice(0, 2)).toEqual([
      NOW - 7 * DAY_MS,
      NOW - 90 * DAY_MS,
    ])
  })

  test('says where it is when it takes long, and goes on from there', async () => {
    let nowMs = NOW
    const slow = { now: () => (nowMs += 3_000) }
    const { activities, seen } = activitiesOver([], slow)
    const { next } = await activities.removeUnownedContents(from)
    expect(next).toBe(seen.parts.length)
    await activities.removeUnownedContents({ ...from, part: 255 })
    expect(seen.parts.at(-1)).toBe(255)
  })
})
