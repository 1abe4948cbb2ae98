import { describe, expect, it } from 'vitest'
import {
  findUpdates,
  type KnownTraffic,
  namedUpdate,
} from '../../../domain/maintenance/update/find-updates.ts'
import type { Model, ModelVersion } from '../../../domain/catalog/model.ts'
import { modelUpdateRequest } from '../../../domain/maintenance/update/model-update-request.ts'
import { readWhole } from '../../../domain/reading/reader.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'
import type { VersionStatus } from '../../../domain/traffic/traffic-state.ts'

function baseVersion(): ModelVersion {
  const [version] = testCatalog([{ name: 'm' }]).models['m']?.versions ?? []
  if (version === undefined) throw new Error('the catalog has no model m')
  return version
}
const SHA = 'a'.repeat(64)

function model(
  name: string,
  versions: Readonly<Record<string, Partial<ModelVersion>>>,
): Readonly<Record<string, Model>> {
  const made = Object.entries(versions).map(([version, changes]) => ({
    ...baseVersion(),
    ...changes,
    model: name,
    version,
  }))
  return { [name]: { name, versions: made } }
}

const known = (
  stableVersion: string,
  statuses: Readonly<Record<string, VersionStatus>>,
  more: Partial<KnownTraffic> = {},
): KnownTraffic => ({
  stableVersion,
  versions: Object.entries(statuses).map(([version, status]) => ({ version, status, sinceMs: 0 })),
  ...more,
})

const found = (models: Readonly<Record<string, Model>>, traffic?: KnownTraffic) =>
  findUpdates({ models }, new Map(traffic === undefined ? [] : [['m', traffic]]), { except: [] })

describe('versions that were never used', () => {
  it('are found after the one that is served: the last that was added', () => {
    expect(found(model('m', { v1: {}, v2: {}, v3: {} }))).toEqual([
      { model: 'm', version: 'v3', stableVersion: 'v1' },
    ])
    expect(
      found(model('m', { v1: {}, v2: {}, v3: {} }), known('v2', { v1: 'inactive', v2: 'active' })),
    ).toMatchObject([{ version: 'v3', stableVersion: 'v2' }])
  })

  it('go first where the catalog prefers them', () => {
    expect(
      found(model('m', { v3: {}, v2: {}, v1: {} }), known('v2', { v2: 'active', v1: 'inactive' })),
    ).toMatchObject([{ version: 'v3' }])
  })

  it.each(['inactive', 'failed', 'rolled-back', 'active'] as const)('are none that are %s', (status) => {
    expect(found(model('m', { v1: {}, v2: {} }), known('v1', { v1: 'active', v2: status }))).toEqual([
      { model: 'm', reason: 'has no version that was never used' },
    ])
  })

  it('wait while their model is being rolled out', () => {
    const traffic = known('v1', { v1: 'active' }, { lease: { holder: 'rollout/m/1', version: 'v2' } })
    expect(found(model('m', { v1: {}, v2: {} }), traffic)).toEqual([
      { model: 'm', reason: 'is being rolled out to v2 by rollout/m/1' },
    ])
  })

  it('are not looked for where that is not wanted', () => {
    const models = { ...model('m', { v1: {}, v2: {} }), ...model('n', { v1: {}, v2: {} }) }
    expect(findUpdates({ models }, new Map(), { except: ['m'] })).toMatchObject([{ model: 'n' }])
    expect(findUpdates({ models }, new Map(), { model: 'm', except: ['m'] })).toMatchObject([{ model: 'm' }])
  })
})

describe('a version that is named', () => {
  const models = model('m', {
    v1: { weights: { uri: 'file:/w/1.gguf', sha256: 'b'.repeat(64) } },
    v2: { weights: { uri: 'file:/w/2.gguf', sha256: SHA } },
  })

  it('is found by its name, or by its weights', () => {
    expect(namedUpdate({ models }, undefined, { model: 'm', version: 'v2' })).toMatchObject({ version: 'v2' })
    const weights = { path: '/w/2.gguf', sha256: SHA }
    expect(namedUpdate({ models }, undefined, { model: 'm', weights })).toMatchObject({
      version: 'v2',
      stableVersion: 'v1',
    })
  })

  it.each([
    [{ model: 'x', version: 'v2' }, /is not in the catalog/],
    [{ model: 'm', version: 'v9' }, /has no version v9; it has v1, v2/],
    [{ model: 'm', version: 'v1' }, /is served by v1 already/],
    [
      { model: 'm', weights: { path: '/w/2.gguf', sha256: 'c'.repeat(64) } },
      /no version in the catalog with the weights/,
    ],
    [
      { model: 'm', weights: { path: '/w/other.gguf', sha256: SHA } },
      /no version in the catalog with the weights/,
    ],
    [{ model: 'm', version: 'v1', weights: { path: '/w/2.gguf', sha256: SHA } }, /with the weights/],
  ])('%j is not there', (request, reason) => {
    expect(namedUpdate({ models }, undefined, request)).toMatchObject({
      reason: expect.stringMatching(reason),
    })
  })
})

describe('the input of a model update', () => {
  it('needs nothing, and then proposes', () => {
    expect(readWhole(modelUpdateRequest, {})).toMatchObject({
      ok: true,
      value: { policy: 'propose', rollout: {} },
    })
  })

  it('is refused with all that is wrong', () => {
    const read = readWhole(modelUpdateRequest, { version: 'v2', rollout: { strategy: 'canary', by: 'x' } })
    if (read.ok) throw new Error('it was read')
    expect(read.problems.map((problem) => problem.split(':')[0])).toEqual([
      'model',
      'rollout.strategy',
      'rollout.by',
    ])
  })
})
