import type { EngineLoad, HostPhase, VersionName } from '../../domain/nodes/node.ts'
import type { ModelProvider } from '../../providers/model-provider.ts'
import type { SupervisedHost } from './supervise-version.ts'

/** What a node needs of whatever computes a version: a model host of its own, or a server beside it. */
export interface Engine extends SupervisedHost {
  readonly provider: ModelProvider
  /** Calls that wait in it for a place. */
  queuedCalls(): number
  /** What it takes, in bytes; absent where that is not known. */
  memoryBytes(): number | undefined
  /** What it says of itself, where it is a server that does. */
  load?(): EngineLoad | undefined
  /** Ends what it runs at once. */
  kill(reason: string): void
}

/** The way of an engine to being ready. */
export type LoadPhase = Extract<HostPhase, 'loading' | 'warming' | 'probing'>

/** A version that this node can hold. */
export interface ServableVersion extends VersionName {
  /** The endpoint's name: calls name it. */
  readonly endpoint: string
  readonly slots: number
  /** The longest call, in milliseconds. */
  readonly callTimeoutMs: number
  /**
   * Loads, warms and probes; resolves when it can generate.
   * @param availableMemoryBytes what it may take; absent: what the machine has free
   */
  readonly start: (onPhase: (phase: LoadPhase) => void, availableMemoryBytes?: number) => Promise<Engine>
  /** What it will take, in bytes; `undefined` while its weights are not here. Never rejects. */
  readonly memoryNeed: () => Promise<number | undefined>
  /** The longest pause between two failed starts, in milliseconds. Default one minute. */
  readonly longestPauseMs?: number
}
