import { OPTIMISATION_TARGETS, type OptimisationTarget } from '../../model-request.ts'
import type { OptionRole } from '../route-input.ts'
import type { TaskDefaults } from '../../catalog/model.ts'

/** A model that a request may go to as far as the catalog's lists go. */
export interface ConsideredModel {
  readonly model: string
  /** Its place in the configured order, from 0. */
  readonly rank: number
  readonly role: OptionRole
  readonly roleTarget?: OptimisationTarget
}

/**
 * The models to consider, in the configured order: the one asked for, alone, because its caller did not agree to
 * another one; else the task's model for the target, its default, its fallbacks, and its models for other targets.
 */
export function consideredModels(
  { model: standard, fallbacks, targets = {} }: TaskDefaults,
  { model, target }: { readonly model?: string; readonly target?: OptimisationTarget },
): readonly ConsideredModel[] {
  if (model !== undefined) return [{ model, role: 'asked-for', rank: 0 }]
  const preferred = target === undefined ? undefined : targets[target]
  const all: readonly Omit<ConsideredModel, 'rank'>[] = [
    ...(target === undefined || preferred === undefined
      ? []
      : [{ model: preferred, role: 'target', roleTarget: target } as const]),
    { model: standard, role: 'default' },
    ...fallbacks.map((name) => ({ model: name, role: 'fallback' }) as const),
    ...OPTIMISATION_TARGETS.flatMap((other) => {
      const name = targets[other]
      return name === undefined ? [] : [{ model: name, role: 'other-target', roleTarget: other } as const]
    }),
  ]
  // Each model once, in its first role.
  const byModel = new Map<string, Omit<ConsideredModel, 'rank'>>()
  for (const entry of all) if (!byModel.has(entry.model)) byModel.set(entry.model, entry)
  return [...byModel.values()].map((entry, rank) => ({ ...entry, rank }))
}
