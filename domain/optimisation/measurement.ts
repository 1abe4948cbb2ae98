/** What one setting did in one round, on a host that was started for it. */
export type Measurement = MeasuredRound | FailedRound

export interface MeasuredRound {
  readonly status: 'measured'
  readonly name: string
  /** Prompt and answer tokens together, over all requests, in a second of the load. */
  readonly tokensPerSecond: number
  /** Of the first request to the new host, before the load, and of the same request again. */
  readonly coldFirstTokenMs: number
  readonly warmFirstTokenMs: number
  /** Of each request of the load, waiting for a slot included. */
  readonly firstTokenMs: readonly number[]
  /** Of each request that generated more than one token. */
  readonly perTokenMs: readonly number[]
  /** Requests that were stopped at the time limit, or that failed. */
  readonly unfinished: number
  /** From the start of the process to the first request. */
  readonly startMs: number
  /** What weights and contexts take. */
  readonly memoryBytes: number
}

export interface FailedRound {
  readonly status: 'failed'
  readonly name: string
  /** Why it could not be measured: no room, no such file, a process that died. */
  readonly reason: string
}

/** The value that a share of the values stays within, by the nearest rank; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

/** The mean whose ratio is the mean of the ratios. Of values above 0; 0 of none. */
export function geometricMean(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.exp(mean(values.map(Math.log)))
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
