import type { CatalogDraft, TenantDraft } from './read-draft.ts'
import type { TaskDefaults, TenantPreferences } from '../../domain/catalog/model.ts'
import { TASK_TYPES } from '../../domain/model-request.ts'
import { toTargets } from './from-document.ts'
import type { TenantTaskEntry } from './tenant-document.ts'

/** Checked entries as routing uses them, by tenant. */
export function toTenants(tenants: CatalogDraft['tenants']): Readonly<Record<string, TenantPreferences>> {
  return Object.fromEntries([...tenants].map(([name, draft]) => [name, toPreferences(draft)]))
}

function toPreferences({ dataClass, weights, tasks }: TenantDraft): TenantPreferences {
  const changed = TASK_TYPES.flatMap((type) => {
    const entry = tasks.get(type)
    return entry === undefined ? [] : [[type, toChanges(entry)] as const]
  })
  return {
    ...(dataClass === undefined ? {} : { dataClass }),
    ...(weights === undefined ? {} : { weights }),
    ...(changed.length === 0 ? {} : { tasks: Object.fromEntries(changed) }),
  }
}

function toChanges(entry: TenantTaskEntry): Partial<TaskDefaults> {
  const { model, fallbacks, temperature, maxOutputTokens, targets, minQuality, weights } = entry
  return {
    ...(model === undefined ? {} : { model }),
    ...(fallbacks === undefined ? {} : { fallbacks }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(targets === undefined ? {} : { targets: toTargets(targets) }),
    ...(minQuality === undefined ? {} : { minQuality }),
    ...(weights === undefined ? {} : { weights }),
  }
}
