/** How old a value may get, and who knows the time. */
export interface CacheOptions {
  readonly maxAgeMs: number
  /** Milliseconds; only differences count. */
  readonly now: () => number
}

interface Entry<Value> {
  readonly loadedAtMs: number
  readonly value: Promise<Value>
}

/**
 * Keeps what is loaded for each key. Who asks for a value that is too old waits for a new one; all who ask in the
 * meantime wait for the same. A failed load is not kept.
 */
export function createFreshCache<Key, Value>(
  load: (key: Key) => Promise<Value>,
  { maxAgeMs, now }: CacheOptions,
): (key: Key) => Promise<Value> {
  const entries = new Map<Key, Entry<Value>>()
  let sweptAtMs = now()

  const sweep = (nowMs: number): void => {
    if (nowMs - sweptAtMs < maxAgeMs) return
    sweptAtMs = nowMs
    for (const [key, { loadedAtMs }] of entries) if (nowMs - loadedAtMs >= maxAgeMs) entries.delete(key)
  }

  return (key) => {
    const nowMs = now()
    const kept = entries.get(key)
    if (kept !== undefined && nowMs - kept.loadedAtMs < maxAgeMs) return kept.value
    sweep(nowMs)
    const entry = { loadedAtMs: nowMs, value: load(key) }
    entries.set(key, entry)
    entry.value.catch(() => {
      if (entries.get(key) === entry) entries.delete(key)
    })
    return entry.value
  }
}

/**
 * Keeps one value that is slow to load. Only who comes before there is any waits for it; who finds it too old gets it
 * all the same, and sets off the next load. One that fails leaves the old value, and is tried again when that is as old
 * once more.
 */
export function createPatientCache<Value>(
  load: () => Promise<Value>,
  { maxAgeMs, now }: CacheOptions,
): () => Promise<Value> {
  let kept: Promise<Value> | undefined
  let askedAtMs = 0

  return () => {
    const nowMs = now()
    if (kept === undefined) {
      askedAtMs = nowMs
      const first = load()
      kept = first
      first.catch(() => (kept = undefined))
      return first
    }
    if (nowMs - askedAtMs >= maxAgeMs) {
      askedAtMs = nowMs
      void load().then(
        (value) => (kept = Promise.resolve(value)),
        () => undefined,
      )
    }
    return kept
  }
}
