import { describe, expect, it } from 'vitest'
import {
  callsProblem,
  DEFAULT_THRESHOLDS,
  gpuProblem,
  loadProblem,
} from '../../../domain/maintenance/health/thresholds.ts'
import { findingOf } from '../../../domain/maintenance/health/probe.ts'
import { inspectCloud, inspectLocal, isBusyEverywhere } from '../../../domain/maintenance/health/inspect.ts'
import type { HostedVersion, NodeGpu } from '../../../domain/nodes/node.ts'
import type { KnownNode, NodesView } from '../../../domain/nodes/known-node.ts'
import { readWhole } from '../../../domain/reading/reader.ts'
import { healthCheckRequest } from '../../../domain/maintenance/health/health-check-request.ts'
import { remediationHeld } from '../../../domain/maintenance/health/remediation.ts'

const V1 = { model: 'm', version: 'v1' }
const NOW_MS = 1_000_000

interface NodeChanges {
  readonly hosted?: Partial<HostedVersion> | null
  readonly gpu?: NodeGpu
  readonly isPlaced?: boolean
  readonly seenAtMs?: number
}

function node(
  nodeId: string,
  { hosted = {}, gpu, isPlaced = true, seenAtMs = NOW_MS }: NodeChanges = {},
): KnownNode {
  const version: HostedVersion = { ...V1, phase: 'ready', slots: 1, busySlots: 0, queuedCalls: 0, ...hosted }
  return {
    announcement: {
      nodeId,
      startedAtMs: 1,
      memoryBytes: 1,
      freeMemoryBytes: 1,
      versions: hosted === null ? [] : [version],
      ...(gpu === undefined ? {} : { gpu }),
    },
    seenAtMs,
    placements: isPlaced ? [{ ...V1, placedBy: 'switchyard', placedAtMs: 1 }] : [],
  }
}

const view = (...nodes: readonly KnownNode[]): NodesView => ({ nowMs: NOW_MS, nodes })
const look = (...nodes: readonly KnownNode[]) => inspectLocal(view(...nodes), V1, DEFAULT_THRESHOLDS)
const BROKEN: NodeGpu = { name: 'L4', memoryBytes: 1, uncorrectedErrors: 2 }

describe('a look at a version on GPU nodes', () => {
  it('passes where one node has it ready', () => {
    expect(look(node('a'), node('b', { hosted: { phase: 'failed' } }))).toEqual({
      finding: { status: 'passed' },
      unwellNodes: [],
    })
  })

  it('says nothing where no node is to hold it', () => {
    expect(look(node('a', { isPlaced: false, hosted: null })).finding.status).toBe('missed')
    expect(look().finding.status).toBe('missed')
  })

  it('fails where nobody has it ready, and says where it stands', () => {
    expect(look(node('a', { hosted: { phase: 'failed', reason: 'it was killed' } })).finding).toEqual({
      status: 'failed',
      reason: 'is ready on no GPU node: failed on a (it was killed)',
    })
    expect(look(node('a', { seenAtMs: 0 })).finding).toMatchObject({
      reason: 'is ready on no GPU node: a is gone',
    })
  })

  it('passes while one of its nodes is well, and names the others', () => {
    expect(look(node('a', { gpu: BROKEN }), node('b'))).toEqual({
      finding: { status: 'passed' },
      unwellNodes: [{ nodeId: 'a', reason: 'its GPU memory had 2 errors that could not be corrected' }],
    })
    expect(look(node('a', { gpu: BROKEN })).finding).toEqual({
      status: 'failed',
      reason: 'is well on no node: a: its GPU memory had 2 errors that could not be corrected',
    })
  })

  it('fails where requests pile up in its server, which says nothing about the node', () => {
    const load = { runningRequests: 8, waitingRequests: 201 }
    expect(look(node('a', { hosted: { load } }))).toMatchObject({
      finding: { status: 'failed' },
      unwellNodes: [],
    })
  })

  it('knows whether all who serve it are at work', () => {
    const busy = { hosted: { busySlots: 1 } }
    expect(isBusyEverywhere(view(node('a', busy), node('b', busy)), V1)).toBe(true)
    expect(isBusyEverywhere(view(node('a', busy), node('b')), V1)).toBe(false)
    expect(isBusyEverywhere(view(node('a', { hosted: { ...busy.hosted, phase: 'failed' } })), V1)).toBe(false)
  })
})

describe('a look at the way to a vendor', () => {
  it.each([
    [{ hasWorker: true, breaker: 'closed' }, 'passed'],
    [{ hasWorker: true, breaker: 'half-open' }, 'passed'],
    [{ hasWorker: true, breaker: 'open' }, 'failed'],
    [{ hasWorker: false, breaker: 'closed' }, 'failed'],
    [{ breaker: 'open' }, 'missed'],
  ] as const)('%j has %s', (signs, status) => {
    expect(inspectCloud(signs).status).toBe(status)
  })
})

describe('thresholds', () => {
  const calls = { good: 95, bad: 5, limited: 0 }
  it.each([
    ['a twentieth of all calls may go wrong', calls, undefined],
    ['not more', { ...calls, good: 94, bad: 6 }, /6 % of 100 calls went wrong, the limit is 5 %/],
    ['too few calls say nothing', { good: 0, bad: 19, limited: 0 }, undefined],
    ['as many as are needed do', { good: 0, bad: 20, limited: 0 }, /100 % of 20 calls/],
    [
      'what is turned away was not answered',
      { good: 94, bad: 0, limited: 6 },
      /94 % of 100 calls were answered/,
    ],
    ['an answer has to begin soon', { ...calls, medianResponseMs: 3_001 }, /begin after 3001 ms/],
    ['three seconds are soon', { ...calls, medianResponseMs: 3_000 }, undefined],
  ])('%s', (_title, measured, problem) => {
    const found = callsProblem(measured, DEFAULT_THRESHOLDS)
    if (problem === undefined) expect(found).toBeUndefined()
    else expect(found).toMatch(problem)
  })

  it('of a cache count only while requests wait', () => {
    const full = { runningRequests: 9, cacheUsage: 0.99 }
    expect(loadProblem({ ...full, waitingRequests: 0 }, DEFAULT_THRESHOLDS)).toBeUndefined()
    expect(loadProblem({ ...full, waitingRequests: 1 }, DEFAULT_THRESHOLDS)).toMatch(/99 % full/)
    expect(loadProblem({ runningRequests: 9, waitingRequests: 9 }, DEFAULT_THRESHOLDS)).toBeUndefined()
  })

  it('of GPUs are heat and errors; what is not known is fine', () => {
    const gpu = { name: 'L4', memoryBytes: 1 }
    expect(gpuProblem(gpu, DEFAULT_THRESHOLDS)).toBeUndefined()
    expect(gpuProblem({ ...gpu, celsius: 90, uncorrectedErrors: 0 }, DEFAULT_THRESHOLDS)).toBeUndefined()
    expect(gpuProblem({ ...gpu, celsius: 91 }, DEFAULT_THRESHOLDS)).toMatch(/91 °C/)
    expect(gpuProblem({ ...gpu, isSlowedByHeat: true }, DEFAULT_THRESHOLDS)).toMatch(/too hot/)
  })
})

describe('a probe', () => {
  it.each([
    [{ status: 'answered' }, 'passed'],
    [{ status: 'not-sent', reason: 'a budget' }, 'missed'],
    [{ status: 'timed-out', timeoutMs: 5 }, 'failed'],
    [{ status: 'failed', kind: 'unavailable', message: 'x' }, 'failed'],
    [{ status: 'failed', kind: 'authentication', message: 'x' }, 'failed'],
    [{ status: 'failed', kind: 'worker-lost', message: 'x' }, 'failed'],
    [{ status: 'failed', kind: 'bad-request', message: 'x' }, 'passed'],
    [{ status: 'failed', kind: 'overloaded', message: 'x' }, 'missed'],
    [{ status: 'failed', kind: 'rate-limited', message: 'x' }, 'missed'],
  ] as const)('that ended as %j has %s', (outcome, status) => {
    expect(findingOf(outcome, false).status).toBe(status)
  })

  it('that nobody took says nothing while all are at work', () => {
    expect(findingOf({ status: 'not-taken' }, true).status).toBe('missed')
    expect(findingOf({ status: 'not-taken' }, false).status).toBe('failed')
  })
})

describe('the input of a health check', () => {
  it('needs nothing', () => {
    const read = readWhole(healthCheckRequest, {})
    expect(read).toMatchObject({
      ok: true,
      value: {
        timeoutMs: 10_000,
        probes: { local: true, cloud: false, endpoints: [], tenant: 'switchyard' },
        rules: { failuresToLeave: 3, passesToReturn: 3, returnPercent: 5 },
        thresholds: { maxErrorShare: 0.05, minSuccessShare: 0.95, maxResponseMs: 3_000 },
        remediation: { policy: 'none', models: {} },
        dryRun: false,
      },
    })
  })

  it('is refused with all that is wrong', () => {
    const read = readWhole(healthCheckRequest, {
      probes: { cloud: 'yes' },
      rules: { returnPercent: 0 },
      remediation: { policy: 'pray', models: { m: 'restart-host', other: 3 } },
    })
    if (read.ok) throw new Error('it was read')
    const places = read.problems.map((problem) => problem.split(':')[0])
    expect(places).toEqual([
      'probes.cloud',
      'rules.returnPercent',
      'remediation.policy',
      'remediation.models.other',
    ])
  })
})

describe('remediation', () => {
  const limits = { pauseMs: 600_000, mostADay: 3 }
  const HOUR_MS = 3_600_000
  it.each([
    [[], undefined],
    [[NOW_MS - 600_000], undefined],
    [[NOW_MS - 599_999], /the last one was at/],
    [[NOW_MS - HOUR_MS, NOW_MS - 2 * HOUR_MS, NOW_MS - 3 * HOUR_MS], /3 in 24 hours/],
    [[NOW_MS - HOUR_MS, NOW_MS - 2 * HOUR_MS, NOW_MS - 25 * HOUR_MS], undefined],
  ])('after %j', (startedAtMs, held) => {
    const found = remediationHeld(startedAtMs, limits, NOW_MS)
    if (held === undefined) expect(found).toBeUndefined()
    else expect(found).toMatch(held)
  })
})
