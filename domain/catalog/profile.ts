import type { TaskType } from '../model-request.ts'

/** How well a model does each type of task, from 0 (useless) to 1 (always right). */
export type QualityTable = { readonly default: number } & Readonly<Partial<Record<TaskType, number>>>

/** What is believed of a version before anything was measured. Measured figures replace it. */
export interface ModelProfile {
  readonly quality?: QualityTable
  /** Median time of a typical call, in milliseconds. */
  readonly latencyMs?: number
  /** Median time to the first generated token, in milliseconds. */
  readonly timeToFirstTokenMs?: number
  /** Share of calls that are answered, 0 to 1. */
  readonly availability?: number
}

/** The prior for one type of task: its own figure, else the default one. */
export function qualityPrior(profile: ModelProfile | undefined, task: TaskType): number | undefined {
  return profile?.quality?.[task] ?? profile?.quality?.default
}
