/** One metric as Prometheus sees it. */
export interface MetricDefinition<Label extends string = string> {
  readonly name: string
  /** A sentence with its unit. */
  readonly help: string
  readonly labels: readonly Label[]
}

/** A histogram; `buckets` are its upper bounds, in the unit of its name. */
export interface HistogramDefinition<Label extends string = string> extends MetricDefinition<Label> {
  readonly buckets: readonly number[]
}

/** Calls of models take from a fraction of a second to minutes. In seconds. */
export const CALL_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 600]
