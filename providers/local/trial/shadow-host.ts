import type { ModelHost, ModelHostOptions } from '../model-host.ts'
import { estimateMemoryNeed } from '../memory-need.ts'

/** Where a node writes down what shadow hosts take, beside what its versions take. */
export interface MemoryAccount {
  /** What is written down, in bytes. */
  reservedBytes(): number
  /** Writes it down; returns what takes it back, which may be called twice. */
  reserve(bytes: number): () => void
}

export function createMemoryAccount(): MemoryAccount {
  let reservedBytes = 0
  return {
    reservedBytes: () => reservedBytes,
    reserve: (bytes) => {
      reservedBytes += bytes
      let isReserved = true
      return () => {
        if (isReserved) reservedBytes -= bytes
        isReserved = false
      }
    },
  }
}

export interface ShadowHostParts {
  readonly startHost: (options: ModelHostOptions) => Promise<ModelHost>
  /** What the node has free now, without what its versions and shadow hosts are about to take. */
  readonly availableBytes: () => Promise<number>
  readonly account: MemoryAccount
}

export type ShadowHostOptions = Omit<ModelHostOptions, 'availableMemoryBytes' | 'isBackground'>

/**
 * Starts a host that serves nobody, does its work with it, and ends its process whatever happens: when the work fails, when it is
 * cancelled, and, because the process watches its parent, when this process is killed. It runs at a lower priority than what
 * serves, and takes only memory that the node has free.
 * @throws Error that says why it cannot be started, with the memory that it needs and that is free if that is the reason
 */
export async function withShadowHost<Result>(
  { startHost, availableBytes, account }: ShadowHostParts,
  options: ShadowHostOptions,
  work: (host: ModelHost) => Promise<Result>,
): Promise<Result> {
  const { modelPath, slots, contextSize } = options
  const needed = await estimateMemoryNeed(modelPath, { slots, contextSize })
  const available = await availableBytes()
  if (needed > available)
    throw new Error(`it needs about ${mebibytes(needed)} and ${mebibytes(available)} are free`)
  const release = account.reserve(needed)
  try {
    const host = await startHost({ ...options, availableMemoryBytes: available, isBackground: true })
    try {
      return await work(host)
    } finally {
      await host.kill('its trial is over')
    }
  } finally {
    release()
  }
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
