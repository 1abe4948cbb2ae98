/** What a vendor counts a limit on; several endpoints may draw on one pool. An absent limit is none. */
export interface QuotaPool {
  readonly requestsPerMinute?: number
  /** Input and output tokens together. */
  readonly tokensPerMinute?: number
  /** Calls at once, over all workers. */
  readonly concurrency?: number
}
