import { expect, it } from 'vitest'
import { activeVersions, localVersionNames } from '../../../domain/nodes/active-versions.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const base = testCatalog([{ name: 'm', endpoint: { kind: 'local' } }, { name: 'cloud' }])
const [first] = base.models['m']?.versions ?? []
if (first === undefined) throw new Error('the catalog has no version of m')
const versions = ['v1', 'v2', 'v3'].map((version) => ({ ...first, version }))
const catalog = { ...base, models: { ...base.models, m: { name: 'm', versions } } }

const arms = (...shares: readonly (readonly [string, number])[]) =>
  shares.map(([version, percent]) => ({ version, percent }))

it.each([
  ['its first version without a routing table', undefined, ['v1']],
  ['those with a share', { stableVersion: 'v1', arms: arms(['v2', 5], ['v3', 0], ['v1', 95]) }, ['v1', 'v2']],
  [
    'the mirror as well',
    { stableVersion: 'v1', arms: arms(['v1', 100]), mirror: { version: 'v3', percent: 10 } },
    ['v1', 'v3'],
  ],
  [
    'the stable one, which stands in, without a share',
    { stableVersion: 'v1', arms: arms(['v2', 100]) },
    ['v1', 'v2'],
  ],
  [
    'its first version when the catalog has lost the others',
    { stableVersion: 'v9', arms: arms(['v9', 100]) },
    ['v1'],
  ],
])('of a local model, nodes hold %s', (_title, traffic, expected) => {
  const found = activeVersions(catalog, new Map(traffic === undefined ? [] : [['m', traffic]]))
  expect(found).toEqual(expected.map((version) => ({ model: 'm', version })))
})

it('only local versions are for nodes', () => {
  expect(localVersionNames(catalog).map(({ model, version }) => `${model} ${version}`)).toEqual([
    'm v1',
    'm v2',
    'm v3',
  ])
})
