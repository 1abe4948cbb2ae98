/** A version that no node has ready may come back: so long it is waited for, in milliseconds. */
const LOST_AFTER_MS = 60_000

/** Tells a version that is gone from one whose node is started again. */
export class VersionWatch {
  #goneSinceMs: number | undefined

  constructor(goneSinceMs?: number) {
    this.#goneSinceMs = goneSinceMs
  }

  /** What a later run takes over. */
  get goneSinceMs(): number | undefined {
    return this.#goneSinceMs
  }

  /** Notes what was seen. Returns why the version is lost, once it is. */
  see(health: { readonly isReady: boolean; readonly reason?: string }, nowMs: number): string | undefined {
    if (health.isReady) {
      this.#goneSinceMs = undefined
      return undefined
    }
    const sinceMs = (this.#goneSinceMs ??= nowMs)
    if (nowMs - sinceMs < LOST_AFTER_MS) return undefined
    return `not ready for ${Math.round((nowMs - sinceMs) / 1000)} s: ${health.reason ?? 'no reason given'}`
  }
}
