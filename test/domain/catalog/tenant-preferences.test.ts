import { expect, it } from 'vitest'
import { tenantPreferences } from '../../../domain/catalog/tenant-preferences.ts'

const tenants = { acme: { dataClass: 'internal' } } as const

it('a tenant of the catalog has its preferences', () => {
  expect(tenantPreferences({ tenants }, 'acme')).toEqual({ tenant: { dataClass: 'internal' } })
})

it.each(['bravo', 'constructor', '__proto__'])('%s is not in the catalog and has none', (tenant) => {
  expect(tenantPreferences({ tenants }, tenant)).toEqual({})
  expect(tenantPreferences({}, tenant)).toEqual({})
})
