import { childrenOf, isAlive } from '../fixtures/process-tree.ts'
import { describe, expect, inject, it } from 'vitest'
import { isIn, startGpuRig } from './support/gpu-rig.ts'
import { until } from './support/until.ts'

const SIZES =
  'contextWindow: 2048, maxOutputTokens: 256, planning: numbered-lines, ' +
  'price: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 1 }'

const CATALOG = `
endpoints:
  own: { kind: local, concurrency: 1, callTimeoutMs: 60000 }
models:
  tiny:
    versions:
      - { version: v1, id: tiny-1, endpoint: own, weights: { uri: 'generated:1' }, ${SIZES} }
      - { version: v2, id: tiny-2, endpoint: own, weights: { uri: 'generated:2' }, ${SIZES} }
tasks:
  default: { model: tiny, temperature: 0, maxOutputTokens: 64 }
`

const PATIENCE = { timeoutMs: 120_000, intervalMs: 100 } as const

describe('an optimisation on a GPU node', { timeout: 600_000 }, () => {
  it('unloads what serves nobody, and outlives a kill of the node without leaving a process', async () => {
    await using rig = await startGpuRig({ address: inject('temporalAddress'), catalog: CATALOG })
    const node = rig.startGpuNode('a')
    await rig.hasNode('a', isIn('ready', 'tiny'))

    await rig.prepare({ model: 'tiny', version: 'v2' })
    const idle = await rig.switchyard.startOptimisation({
      actions: ['idle-unload'],
      idleForMs: 0,
      by: 'test',
    })
    const { results } = await idle.result()
    expect(results).toMatchObject([
      { verdict: 'kept', reason: expect.stringContaining('tiny v2 on a'), tried: [{ name: 'unload' }] },
    ])
    await rig.hasNode('a', ({ versions }) => versions.length === 1 && versions[0]?.version === 'v1')

    const [serving] = await childrenOf(node.pid)
    const started = await rig.switchyard.startOptimisation({
      model: 'tiny',
      actions: ['concurrency'],
      tries: { slots: [2] },
      rounds: 3,
      load: { requests: 2, promptWords: 20, outputTokens: 8 },
    })
    const children = await until(
      'a shadow host runs beside the one that serves',
      async () => {
        const found = await childrenOf(node.pid)
        return found.some((pid) => pid !== serving) ? found : undefined
      },
      PATIENCE,
    )
    await node.end('SIGKILL')
    await until('no host is left', async () => (children.some(isAlive) ? undefined : true), PATIENCE)

    rig.startGpuNode('a')
    const report = await started.result()
    expect(report.results).toMatchObject([
      { action: 'concurrency', nodeId: 'a', tried: [{ name: 'slots 2' }] },
    ])
    const run = await rig.switchyard.optimisation(started.runId)
    expect(run).toMatchObject({ status: 'completed', results: [{ verdict: report.results[0]?.verdict }] })
    expect(await rig.switchyard.listOptimisations()).toHaveLength(2)
  })
})
