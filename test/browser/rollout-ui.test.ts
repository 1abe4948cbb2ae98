import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { startInUi } from './temporal-ui.ts'
import { launchChromium } from './launch-chromium.ts'
import { type RolloutSystem, startRolloutSystem } from './rollout-system.ts'
import type { WorkflowPage } from './workflow-page.ts'

const PATIENCE = { timeout: 120_000, interval: 500 }
const A_DAY_MS = 86_400_000

const START = {
  workflowId: 'rollout/from-the-ui',
  taskQueue: 'orchestrator',
  workflowType: 'rollout',
  // Nothing but a person moves it on.
  input: {
    model: 'sim-main',
    version: '2026-02-01',
    by: 'ada',
    strategy: 'rolling',
    steps: [
      { canaryPercent: 20, observeMs: A_DAY_MS },
      { canaryPercent: 40, observeMs: A_DAY_MS },
      { canaryPercent: 100 },
    ],
    guards: ['errors'],
    retryWithinMs: 0,
  },
}

describe('a rollout in the Temporal UI', { timeout: 300_000 }, () => {
  let system: RolloutSystem
  let browser: Browser
  let page: Page
  let rollout: WorkflowPage
  beforeAll(async () => {
    browser = await launchChromium()
    system = await startRolloutSystem()
    page = await browser.newPage()
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    await system?.[Symbol.asyncDispose]()
  }, 60_000)

  const marks = async () => (await rollout.table('step')).map((row) => [row[0], row.at(-1)])

  it('is started with one JSON payload and shows its steps', async () => {
    rollout = await startInUi(page, system.uiUrl, START)
    await expect.poll(marks, PATIENCE).toEqual([
      ['1. 20 %', 'now'],
      ['2. 40 %', 'to come'],
      ['3. 100 %', 'to come'],
    ])
    await expect.poll(() => rollout.details(), PATIENCE).toContain('sim-main: observing')
    expect(await system.percents()).toEqual({ '2026-02-01': 20, '2026-01-01': 80 })
  })

  it('says which updates it takes, each with an example', async () => {
    const offered = await rollout.offeredUpdates()
    expect(offered).toEqual(expect.arrayContaining([expect.stringMatching(/promote[\s\S]*\{"by": "ada"/)]))
    expect(offered).toEqual(expect.arrayContaining([expect.stringMatching(/abort[\s\S]*\{"by": "ada"/)]))
  })

  it('goes on with the next step when it is promoted', async () => {
    await rollout.sendUpdate('promote', { by: 'ada' })
    await expect.poll(marks, PATIENCE).toEqual([
      ['1. 20 %', 'done'],
      ['2. 40 %', 'now'],
      ['3. 100 %', 'to come'],
    ])
    expect(await system.percents()).toEqual({ '2026-02-01': 40, '2026-01-01': 60 })
  })

  it('refuses to be promoted to 100 % without evidence, and says why', async () => {
    expect(await rollout.sendRefusedUpdate('promote', { by: 'ada' })).toMatch(/needs evidence/)
    await expect.poll(marks, PATIENCE).toContainEqual(['2. 40 %', 'now'])
  })

  it('gives the stable version everything back when it is aborted', async () => {
    await rollout.sendUpdate('abort', { by: 'ada', comment: 'complaints' })
    await expect.poll(() => rollout.status(), PATIENCE).toMatch(/^completed$/i)
    await expect
      .poll(() => rollout.details(), PATIENCE)
      .toMatch(/sim-main: aborted[\s\S]*aborted by ada: complaints/)
    expect(await system.percents()).toEqual({ '2026-01-01': 100 })
  })
})
