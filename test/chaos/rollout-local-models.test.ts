import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAssignedAttempts, type AssignedAttempt } from './rollout/assigned-attempts.ts'
import { readPublishedShares, type PublishedShares } from './rollout/published-shares.ts'
import { startTraffic, type SentRequest, type SteadyTraffic } from './rollout/steady-traffic.ts'
import { type RolloutRig, startRolloutRig } from './rollout/rollout-rig.ts'
import { findMisroutings } from './rollout/find-misroutings.ts'
import type { RolloutReport } from '../../domain/rollout/report/rollout-report.ts'
import { ROLLED_MODEL } from './rollout/rollout-catalog.ts'
import { until } from './support/until.ts'

/** So many calls of the stable version are measured before its limits are frozen. */
const MEASURED_FIRST = 60

/** Rollouts of seconds, of which one in a thousand may go back without a reason. */
async function rollOut(rig: RolloutRig, version: string): Promise<RolloutReport> {
  const handle = await rig.startRollout(`rollout/to-${version}`, {
    model: ROLLED_MODEL,
    version,
    by: 'a test',
    strategy: 'rolling',
    steps: [
      { canaryPercent: 25, observeMs: 3_000 },
      { canaryPercent: 50, observeMs: 3_000 },
      { canaryPercent: 100 },
    ],
    alpha: 0.001,
    negligibleRate: 0.2,
    minCanaryRequests: 30,
    readEveryMs: 1_000,
    keepOldMs: 1_000,
    retryWithinMs: 0,
  })
  return handle.result()
}

describe('rollouts of versions that GPU nodes serve, under load', { timeout: 900_000 }, () => {
  let rig: RolloutRig
  let traffic: SteadyTraffic
  beforeAll(async () => {
    rig = await startRolloutRig({ loaded: ['v1', 'v2', 'slow'], loose: ['loose'], nodeIds: ['node-1'] })
    traffic = startTraffic(rig.switchyard, { name: 'steady', width: 3, pauseMs: 50 })
    const patience = { timeoutMs: 240_000, intervalMs: 200 }
    await until(
      'the stable version is measured',
      () => traffic.ended.length >= MEASURED_FIRST || undefined,
      patience,
    )
  }, 600_000)
  afterAll(async () => {
    if (process.env['KEEP_ROLLOUT_LOGS'] !== undefined) console.log(await rig.keep())
    await rig[Symbol.asyncDispose]()
  }, 60_000)

  it('a healthy version reaches 100 %', async () => {
    const report = await rollOut(rig, 'v2')
    expect(report).toMatchObject({ phase: 'completed', canaryPercent: 100, tries: 1 })
    expect(await rig.traffic(ROLLED_MODEL)).toMatchObject({
      stableVersion: 'v2',
      arms: [{ version: 'v2', percent: 100 }],
    })
  })

  it('one that takes ten times as long for a token is rolled back', async () => {
    const report = await rollOut(rig, 'slow')
    expect(report).toMatchObject({ phase: 'rolled-back', cause: 'guard' })
    expect(report.reason).toMatch(/time-to-first-token|time-per-output-token/)
    expect(await rig.traffic(ROLLED_MODEL)).toMatchObject({ arms: [{ version: 'v2', percent: 100 }] })
  })

  it('one that writes anything but the JSON that it was asked for is rolled back', async () => {
    const report = await rollOut(rig, 'loose')
    expect(report).toMatchObject({ phase: 'rolled-back', cause: 'guard' })
    expect(report.reason).toContain('schema-invalid')
    expect(await rig.traffic(ROLLED_MODEL)).toMatchObject({ arms: [{ version: 'v2', percent: 100 }] })
  })

  it('shares and ledger agree to the request', async () => {
    const requests = await traffic.stop()
    expect(await rig.orchestrator.stop('SIGTERM')).toEqual({ code: 0, signal: null })
    const attempts = await readAssignedAttempts(rig.database, ROLLED_MODEL)
    const published = await readPublishedShares(rig.database)
    expect(findMisroutings(attempts, published)).toEqual([])
    expectOneAnswerEach(requests, attempts)
    expectEveryShareUsed(attempts, published)
  })
})

function expectOneAnswerEach(requests: readonly SentRequest[], attempts: readonly AssignedAttempt[]): void {
  const operations = Map.groupBy(attempts, ({ operationId }) => operationId)
  expect(operations.size).toBe(requests.length)
  for (const { requestId, end } of requests) {
    if (end instanceof Error) throw new Error(`${requestId} has no answer`, { cause: end })
    const own = operations.get(end.workflowId) ?? []
    expect(
      own.map(({ status }) => status),
      requestId,
    ).toEqual(['completed'])
    expect(own[0]?.version).toBe(end.version)
    expect(own[0]?.answerSchema).toBe(end.version === 'loose' ? 'invalid' : 'valid')
  }
}

/** Nobody was diverted: every attempt bears the key that it was assigned by, and each arm of a step had some. */
function expectEveryShareUsed(
  attempts: readonly AssignedAttempt[],
  published: readonly PublishedShares[],
): void {
  const shared = attempts.filter(({ epoch }) => epoch !== null)
  expect(shared.filter(({ key }) => key === null)).toEqual([])
  const used = new Set(shared.map(({ epoch, version }) => `${epoch} ${version}`))
  const steps = published.filter(({ snapshot }) => snapshot.arms.length > 1)
  expect(steps.length).toBeGreaterThanOrEqual(4)
  for (const { epoch, snapshot } of steps) {
    for (const { version } of snapshot.arms) expect(used).toContain(`${epoch} ${version}`)
  }
}
