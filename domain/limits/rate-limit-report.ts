/** What a vendor's rate-limit headers say when a limit is used up. */
export interface RateLimitReport {
  /** Until the last of the used-up limits resets, in milliseconds from the answer. */
  readonly exhaustedForMs: number
}
