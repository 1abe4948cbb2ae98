import { describe, expect, it } from 'vitest'
import { assignmentKey } from '../../../domain/rollout/assign.ts'
import { candidatesToTry } from '../../../domain/routing/candidates-to-try.ts'
import { decideRoute } from '../../../domain/routing/decide-route.ts'
import { route } from '../../../domain/routing/route.ts'
import type { RouteFacts } from '../../../domain/routing/route-facts.ts'
import { routeInputFor, type RouteRequest } from '../../../domain/routing/route-input-for.ts'
import { trafficCatalog } from '../../fixtures/traffic-catalog.ts'
import type { TrafficSnapshot } from '../../../domain/traffic/traffic-state.ts'

const KEYS = 100_000
const catalog = trafficCatalog(['chat', 'other'], ['old', 'new'])

function snapshot(canaryPercent: number, changes: Partial<TrafficSnapshot> = {}): TrafficSnapshot {
  const canary = canaryPercent > 0 ? [{ version: 'new', percent: canaryPercent }] : []
  const stable = canaryPercent < 100 ? [{ version: 'old', percent: 100 - canaryPercent }] : []
  return { model: 'chat', epoch: 4, stableVersion: 'old', arms: [...canary, ...stable], ...changes }
}

function factsOf(shared: TrafficSnapshot, key?: string): RouteFacts {
  return { traffic: { [shared.model]: shared }, ...(key === undefined ? {} : { assignmentKey: key }) }
}

/** `chat@new 0.05 user:1`, in the order in which they would be tried. */
function tried(request: RouteRequest, facts: RouteFacts): readonly string[] {
  const { input, decision } = decideRoute(catalog, request, facts)
  return candidatesToTry(input, decision).map(({ model, version, traffic }) =>
    [
      `${model}@${version}`,
      ...(traffic === undefined ? [] : [traffic.share, traffic.key ?? 'unassigned']),
    ].join(' '),
  )
}

/** A key that the new version's share holds at 50 %, and one that it does not. */
const [newKey = '', oldKey = ''] = ['new', 'old'].map((version) =>
  Array.from({ length: 100 }, (_, index) => `user:${index}`).find((key) =>
    tried({ model: 'chat' }, factsOf(snapshot(50), key))[0]?.startsWith(`chat@${version}`),
  ),
)

describe('100,000 requests through the input of routing', () => {
  const assignedAt = (percent: number, keys = KEYS): readonly (string | undefined)[] => {
    const shared = { chat: snapshot(percent) }
    return Array.from({ length: keys }, (_, index) => {
      const key = assignmentKey({ userId: `acme/${index}`, requestId: '' })
      const [option] = routeInputFor(
        catalog,
        { model: 'chat' },
        { traffic: shared, assignmentKey: key },
      ).options
      return option?.candidate.version
    })
  }
  const share = (versions: readonly (string | undefined)[]) =>
    versions.filter((version) => version === 'new').length / KEYS
  const nearly = (wanted: number) => 4 * Math.sqrt((wanted * (1 - wanted)) / KEYS)

  it('meet the shares, and from 5 to 15 % only those move that have to', { timeout: 60_000 }, () => {
    const [five, fifteen] = [assignedAt(5), assignedAt(15)]
    expect(Math.abs(share(five) - 0.05)).toBeLessThan(nearly(0.05))
    expect(Math.abs(share(fifteen) - 0.15)).toBeLessThan(nearly(0.15))
    const moved = five.filter((version, index) => version !== fifteen[index])
    expect(new Set(moved)).toEqual(new Set(['old']))
    expect(Math.abs(moved.length / KEYS - 0.1)).toBeLessThan(nearly(0.1))
  })

  it('give the same key the same version every time', { timeout: 60_000 }, () => {
    expect(assignedAt(15, KEYS / 10)).toEqual(assignedAt(15, KEYS / 10))
  })
})

describe('a request to a model whose traffic is shared out', () => {
  it('goes to its version, and after a new one to the stable one, which it was not assigned to', () => {
    expect(tried({ model: 'chat' }, factsOf(snapshot(50), newKey))).toEqual([
      `chat@new 0.5 ${newKey}`,
      'chat@old 0.5 unassigned',
    ])
    expect(tried({ model: 'chat' }, factsOf(snapshot(50), oldKey))).toEqual([`chat@old 0.5 ${oldKey}`])
  })

  it('stands before the fallbacks of its task, with its stand-in', () => {
    expect(tried({}, factsOf(snapshot(100), newKey))).toEqual([
      `chat@new 1 ${newKey}`,
      'chat@old 0 unassigned',
      'other@old',
    ])
  })

  it('goes to the stable version where nothing is known to assign it by', () => {
    expect(tried({ model: 'chat' }, factsOf(snapshot(50)))).toEqual(['chat@old 0.5 unassigned'])
  })

  it('goes to the version that it names, and to no other', () => {
    for (const version of ['new', 'old']) {
      expect(tried({ model: 'chat', version }, factsOf(snapshot(5), newKey))).toEqual([
        `chat@${version} ${version === 'new' ? 0.05 : 0.95} unassigned`,
      ])
    }
    expect(tried({ model: 'other', version: 'new' }, {})).toEqual(['other@new'])
  })

  it('that names a version that is not there may go nowhere, and hears which there are', () => {
    const { decision } = decideRoute(
      catalog,
      { model: 'chat', version: 'newer' },
      factsOf(snapshot(5), newKey),
    )
    expect(decision.candidates).toEqual([])
    expect(decision.reasons[0]).toMatchObject({
      model: 'chat',
      reason: 'has no version newer; it has old, new',
    })
  })

  it('goes to the stable version when its own is not deployed', () => {
    const versions = { 'chat@new': { isDeployed: false } }
    expect(tried({ model: 'chat' }, { ...factsOf(snapshot(100), newKey), versions })).toEqual([
      'chat@old 0 unassigned',
    ])
  })

  it('goes to versions of the catalog only', () => {
    const gone = [{ version: 'removed', percent: 100 }]
    expect(tried({ model: 'chat' }, factsOf(snapshot(0, { arms: gone }), newKey))).toEqual([
      'chat@old 0 unassigned',
    ])
    const lost = { arms: gone, stableVersion: 'removed' }
    expect(tried({ model: 'chat' }, factsOf(snapshot(0, lost), newKey))).toEqual(['chat@old 0 unassigned'])
  })

  it('has its assignment in what is stored of the decision, and is decided by it again', () => {
    const input = routeInputFor(catalog, {}, factsOf(snapshot(50), newKey))
    const stored: typeof input = JSON.parse(JSON.stringify(input))
    expect(route(stored)).toEqual(route(input))
    expect(stored.options[0]?.candidate.traffic).toEqual({ epoch: 4, share: 0.5, key: newKey })
  })

  it('is copied where the snapshot says so, whatever it is assigned to but the copies’ own version', () => {
    const copied = { mirror: { version: 'new', percent: 100 } }
    const first = (shared: TrafficSnapshot, key: string) =>
      routeInputFor(catalog, { model: 'chat' }, factsOf(shared, key)).options[0]?.candidate.traffic?.copyFor
    expect(first(snapshot(0, copied), oldKey)).toBe('new')
    expect(first(snapshot(100, copied), newKey)).toBeUndefined()
    expect(first(snapshot(0, { mirror: { version: 'new', percent: 0 } }), oldKey)).toBeUndefined()
  })
})

describe('the order of options', () => {
  const cheaper = {
    ...catalog,
    models: {
      ...catalog.models,
      chat: {
        name: 'chat',
        versions: (catalog.models['chat']?.versions ?? []).map((version) =>
          version.version === 'old'
            ? { ...version, price: { version: 'test', input: { base: 1 }, output: { base: 1 } } }
            : version,
        ),
      },
    },
  }

  it('keeps a stand-in behind the version that it stands in for, however much cheaper it is', () => {
    const weights = { cost: 1, latency: 0, quality: 0 }
    const { decision } = decideRoute(cheaper, { weights }, factsOf(snapshot(100), newKey))
    const names = decision.candidates.map(({ model, version }) => `${model}@${version}`)
    expect(names.indexOf('chat@old')).toBe(names.indexOf('chat@new') + 1)
  })

  it('says that a stand-in is one', () => {
    const { decision } = decideRoute(catalog, { model: 'chat' }, factsOf(snapshot(100), newKey))
    expect(
      decision.reasons.filter(({ kept }) => kept).map(({ version, reason }) => `${version}: ${reason}`),
    ).toEqual(['new: asked for by name', 'old: asked for by name; the stable version, should new fail'])
  })
})
