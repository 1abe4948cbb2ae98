/** What is asked of a model's traffic. `holder` and `runId` name the workflow that asks. */
export type TrafficCommand =
  /** The versions that the catalog has now, the preferred one first. */
  | { readonly kind: 'register'; readonly versions: readonly string[] }
  | (Holder & {
      readonly kind: 'take-lease'
      readonly version: string
      /** It has to be renewed within this time, in milliseconds. */
      readonly ttlMs: number
    })
  | (Holder & { readonly kind: 'renew-lease' })
  | (Holder & {
      readonly kind: 'set-shares'
      /** Numbered from 1 by the holder: the same number again changes nothing. */
      readonly change: number
      /** 0 to 100. */
      readonly canaryPercent: number
      readonly mirrorPercent: number
    })
  /** All traffic back to the stable version. */
  | (Holder & { readonly kind: 'revert'; readonly change: number })
  /** Ends the lease. What holds everything then becomes the stable version. */
  | (Holder & {
      readonly kind: 'release-lease'
      /** What becomes of the version that it was about where it does not hold everything. */
      readonly outcome: 'kept' | 'failed' | 'rolled-back'
    })
  /** Time has passed: a lease that is over reverts. */
  | { readonly kind: 'tick' }

export interface Holder {
  readonly holder: string
  readonly runId: string
}

export type TrafficCommandKind = TrafficCommand['kind']
