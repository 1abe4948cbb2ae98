import type { Catalog, TenantPreferences } from './model.ts'

/** What the catalog says of a tenant, as a part of the facts that routing looks at; empty where it says nothing. */
export function tenantPreferences(
  { tenants = {} }: Pick<Catalog, 'tenants'>,
  tenant: string,
): { readonly tenant?: TenantPreferences } {
  // A tenant may be called `constructor`.
  const preferences = Object.hasOwn(tenants, tenant) ? tenants[tenant] : undefined
  return preferences === undefined ? {} : { tenant: preferences }
}
