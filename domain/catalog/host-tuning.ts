/**
 * How a model host runs a version's weights; what is absent is the host's own choice. Not only a matter of speed: batches
 * of another size are rounded differently, so that now and then an answer has other words. Hence a part of the version.
 */
export interface HostTuning {
  /** Generations at the same time, each with a context of its own. Default: the endpoint's `concurrency`. */
  readonly slots?: number
  /**
   * Tokens that are computed at once, of all slots together. More is faster, and takes longer to stop. Default 512, of which
   * one prompt takes 32 at a time on a CPU.
   */
  readonly batchTokens?: number
  /** Default: 1 on machines with at most four cores, half the cores otherwise. */
  readonly threads?: number
  /** Prompt tokens that a new host computes before it takes calls. Default: those of one word. */
  readonly warmUpTokens?: number
}

export const TUNING_FIELDS = ['slots', 'batchTokens', 'threads', 'warmUpTokens'] as const
export type TuningField = (typeof TUNING_FIELDS)[number]

/** The most that makes sense of each: beyond, it is a typing error. */
export const MOST_OF_TUNING: Readonly<Record<TuningField, number>> = {
  slots: 1024,
  batchTokens: 65_536,
  threads: 1024,
  warmUpTokens: 65_536,
}

/** Whether both say the same, whatever the order of their fields. */
export function isSameTuning(left: HostTuning, right: HostTuning): boolean {
  return TUNING_FIELDS.every((field) => left[field] === right[field])
}

/** `slots 4, batchTokens 256`; `as it is` without any. */
export function describeTuning(tuning: HostTuning): string {
  const parts = TUNING_FIELDS.filter((field) => tuning[field] !== undefined)
  return parts.length === 0 ? 'as it is' : parts.map((field) => `${field} ${tuning[field]}`).join(', ')
}
