import type { TuningSubject } from './subject.ts'

/** A version to be tuned, and what it takes. */
export interface OpenedSubject {
  readonly subject: TuningSubject
  /** The node that tries it. */
  readonly nodeId: string | undefined
  /** Versions of the same model with other weights. */
  readonly others: readonly TuningSubject[]
}

export type OpenedOptimisation =
  | { readonly status: 'opened'; readonly subjects: readonly OpenedSubject[] }
  /** A sentence for people. */
  | { readonly status: 'refused'; readonly problem: string }
