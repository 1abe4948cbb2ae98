import { expect, it } from 'vitest'
import * as fc from 'fast-check'
import { allowedDataClasses, DATA_CLASSES, DEPLOYMENTS } from '../../../domain/catalog/deployment.ts'
import { type Catalog, PROVIDER_KINDS, type TaskDefaults } from '../../../domain/catalog/model.ts'
import { candidatesToTry } from '../../../domain/routing/candidates-to-try.ts'
import { decideRoute } from '../../../domain/routing/decide-route.ts'
import { deploymentOf } from '../../../domain/catalog/endpoint-defaults.ts'
import { OPTIMISATION_TARGETS, TASK_TYPES, COMPLEXITIES } from '../../../domain/model-request.ts'
import { dataClassOf, mayTake } from '../../../domain/routing/data-class-of.ts'
import type { RouteFacts } from '../../../domain/routing/route-facts.ts'
import type { RouteRequest } from '../../../domain/routing/route-input-for.ts'
import { tenantPreferences } from '../../../domain/catalog/tenant-preferences.ts'
import { testCatalog } from '../../fixtures/catalogs.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const
const name = fc.constantFrom(...NAMES)
const dataClass = fc.constantFrom(...DATA_CLASSES)
const share = fc.double({ min: 0, max: 1, noNaN: true })

const taskChanges: fc.Arbitrary<Partial<TaskDefaults>> = fc.record(
  {
    model: name,
    fallbacks: fc.subarray([...NAMES]),
    targets: fc.record({ quality: name, speed: name, cost: name }, { requiredKeys: [] }),
    minQuality: share,
  },
  { requiredKeys: [] },
)

const arbitraryCatalog: fc.Arbitrary<Catalog> = fc
  .record({
    endpoints: fc.array(
      fc.record(
        { kind: fc.constantFrom(...PROVIDER_KINDS), deployment: fc.constantFrom(...DEPLOYMENTS) },
        { requiredKeys: ['kind'] },
      ),
      { minLength: NAMES.length, maxLength: NAMES.length },
    ),
    code: taskChanges,
    tenant: fc.record({ dataClass, tasks: fc.record({ code: taskChanges }) }, { requiredKeys: [] }),
  })
  .map(({ endpoints, code, tenant }) => {
    const catalog = testCatalog(
      NAMES.map((model, index) => ({
        name: model,
        endpoint: endpoints[index] ?? {},
        version: { profile: { quality: { default: index / NAMES.length } } },
      })),
    )
    const tasks = { ...catalog.tasks, code: { ...catalog.tasks.code, ...code } }
    return { ...catalog, tasks, tenants: { acme: tenant } }
  })

const arbitraryRequest: fc.Arbitrary<RouteRequest> = fc.record(
  {
    dataClass,
    task: fc.constantFrom('code', 'code', ...TASK_TYPES),
    model: name,
    target: fc.constantFrom(...OPTIMISATION_TARGETS),
    complexity: fc.constantFrom(...COMPLEXITIES),
  },
  { requiredKeys: [] },
)

const arbitraryFacts: fc.Arbitrary<RouteFacts> = fc.record(
  {
    endpoints: fc.dictionary(
      name,
      fc.record({ breaker: fc.constantFrom('closed', 'open', 'half-open'), isReady: fc.boolean() }),
    ),
    budget: fc.record({ leftNanoUsd: fc.nat(2_000_000_000), leftShare: share }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
)

it('nothing is ever sent to a deployment that may not take its data class', () => {
  fc.assert(
    fc.property(
      arbitraryCatalog,
      arbitraryRequest,
      arbitraryFacts,
      fc.constantFrom('acme', 'other'),
      (catalog, request, facts, tenant) => {
        const known = { ...facts, ...tenantPreferences(catalog, tenant) }
        const { input, decision } = decideRoute(catalog, request, known)
        const fallback = tenant === 'acme' ? catalog.tenants?.['acme']?.dataClass : undefined
        const wanted = request.dataClass ?? fallback ?? 'public'
        expect(input.dataClass).toBe(wanted)
        for (const { endpoint } of candidatesToTry(input, decision)) {
          const found = catalog.endpoints[endpoint]
          expect(found).toBeDefined()
          if (found === undefined) continue
          expect(allowedDataClasses(deploymentOf(found))).toContain(wanted)
          expect(mayTake(found, dataClassOf(request, known))).toBe(true)
        }
      },
    ),
    { numRuns: 500 },
  )
})
