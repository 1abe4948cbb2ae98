import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Catalog, ModelVersion } from '../../../domain/catalog/model.ts'
import { createScriptedProvider } from '../../fixtures/scripted-provider.ts'
import { createRoutingTable } from '../../../store/routing/routing-table.ts'
import { type ModelUpdateInput, ROLLOUT_UPDATES, rolloutQuery } from '../../../workflows/contract.ts'
import type { ModelUpdateReport } from '../../../domain/maintenance/update/update-report.ts'
import { type Orchestration, startOrchestration } from '../../fixtures/orchestration.ts'
import { sha256Hex } from '../../../payloads/content-store.ts'
import { TASK_QUEUES } from '../../../domain/ids.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const provider = createScriptedProvider('chat', () => 'an answer')

/** Nothing is measured: an operator takes it upon themselves. */
const SHORT: ModelUpdateInput = {
  rollout: { guards: ['errors'], readEveryMs: 200, keepOldMs: 0 },
}

let folder: string
let system: Orchestration

/** `chat` with two versions, `weighed` with a second one whose weights lie in a file, `single` with one. */
function catalogOf(weights: { readonly path: string; readonly sha256: string }): Catalog {
  const base = testCatalog([{ name: 'chat' }])
  const [version] = base.models['chat']?.versions ?? []
  if (version === undefined) throw new Error('the catalog has no model chat')
  const modelOf = (name: string, versions: readonly Partial<ModelVersion>[]) => ({
    name,
    versions: versions.map((changes, index) => ({
      ...version,
      model: name,
      version: `v${index + 1}`,
      ...changes,
    })),
  })
  return {
    ...base,
    models: {
      chat: modelOf('chat', [{}, {}]),
      weighed: modelOf('weighed', [{}, { weights: { uri: `file:${weights.path}`, sha256: weights.sha256 } }]),
      single: modelOf('single', [{}]),
    },
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-update-'))
  const path = join(folder, 'weights.gguf')
  await writeFile(path, 'other weights')
  system = await startOrchestration({
    address: inject('temporalAddress'),
    catalog: catalogOf({ path, sha256: sha256Hex('the weights') }),
    providers: { chat: provider },
  })
})
afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

async function update(input: ModelUpdateInput): Promise<ModelUpdateReport> {
  const report: ModelUpdateReport = await system.client.workflow.execute('modelUpdate', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `maintenance/model-update-${randomUUID()}`,
    args: [input],
  })
  return report
}

/** The same, with an operator who gives the new version everything as soon as its rollout has begun. */
async function updateInFull(input: ModelUpdateInput, model: string): Promise<ModelUpdateReport> {
  const handle = await system.client.workflow.start('modelUpdate', {
    taskQueue: TASK_QUEUES.orchestrator,
    workflowId: `maintenance/model-update-${randomUUID()}`,
    args: [input],
  })
  const rolloutId = `rollout/${model}/update-${handle.firstExecutionRunId.slice(0, 8)}`
  const rollout = system.client.workflow.getHandle(rolloutId)
  await expect
    .poll(async () => (await rollout.query(rolloutQuery).catch(() => null))?.stage.phase, { timeout: 60_000 })
    .toMatch(/observing|analysing/)
  await rollout.executeUpdate(ROLLOUT_UPDATES['promote-full'], { args: [{ by: 'ada' }] })
  const report: ModelUpdateReport = await handle.result()
  return report
}

const sharesOf = (model: string) => createRoutingTable(system.database).find(model)

describe('a model update', { timeout: 120_000 }, () => {
  test('without anything proposes what was never used, and changes nothing', async () => {
    const report = await update({ except: ['weighed'] })
    expect(report).toMatchObject({
      result: 'proposed',
      outcomes: [
        {
          model: 'chat',
          version: 'v2',
          stableVersion: 'v1',
          status: 'proposed',
          reason: 'Start it with: switchyard rollout start chat v2',
        },
      ],
      none: [{ model: 'single', reason: 'has no version that was never used' }],
    })
    expect(await sharesOf('chat')).toBeUndefined()
  })

  test('refuses weights that are not those of the catalog, before anything is changed', async () => {
    const wrong = update({ model: 'weighed', version: 'v2' })
    await expect(wrong).rejects.toMatchObject({
      cause: { type: 'UpdateRefused', message: expect.stringMatching(/have the SHA-256 .*, not/) },
    })
    expect(await sharesOf('weighed')).toBeUndefined()
    const asked = { path: join(folder, 'weights.gguf'), sha256: sha256Hex('other weights') }
    await expect(update({ model: 'weighed', weights: asked })).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/has no version in the catalog with the weights/) },
    })
  })

  test('rolls out what it is asked for, and reports what became of it', async () => {
    await writeFile(join(folder, 'weights.gguf'), 'the weights')
    const report = await updateInFull({ ...SHORT, model: 'weighed', version: 'v2', by: 'ada' }, 'weighed')
    expect(report).toMatchObject({
      result: 'rolled-out',
      outcomes: [
        { model: 'weighed', status: 'rolled-out', rolloutId: expect.stringMatching(/^rollout\/weighed\//) },
      ],
    })
    expect(await sharesOf('weighed')).toMatchObject({
      stableVersion: 'v2',
      arms: [{ version: 'v2', percent: 100 }],
    })
    await expect(update({ model: 'weighed', version: 'v2' })).rejects.toMatchObject({
      cause: { message: 'weighed is served by v2 already' },
    })
  })

  test('says why a rollout that is asked for in a wrong way does not start', async () => {
    const wrong = update({ model: 'chat', version: 'v2', rollout: { startPercent: 200 } })
    await expect(wrong).rejects.toMatchObject({ cause: { message: expect.stringMatching(/startPercent/) } })
  })

  test('that may start what it finds does so once', async () => {
    expect(await updateInFull({ ...SHORT, policy: 'start', except: ['weighed'] }, 'chat')).toMatchObject({
      result: 'rolled-out',
      outcomes: [{ model: 'chat', version: 'v2', status: 'rolled-out' }],
    })
    expect(await update({ ...SHORT, policy: 'start' })).toMatchObject({
      result: 'nothing-new',
      outcomes: [],
    })
  })
})
