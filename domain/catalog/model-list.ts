import type { Catalog } from './model.ts'

/** An endpoint that this deployment cannot call, with what to set to have it. */
export interface SkippedEndpoint {
  readonly endpoint: string
  readonly reason: string
}

/** What can be called, and what cannot and why. */
export interface ModelList {
  readonly catalog: Catalog
  readonly skipped: readonly SkippedEndpoint[]
}
