/** What a version on a node goes through; only `ready` ones take calls. */
export const HOST_PHASES = ['loading', 'warming', 'probing', 'ready', 'draining', 'failed'] as const
export type HostPhase = (typeof HOST_PHASES)[number]

/** Names a version; `version` is unique within its model. */
export interface VersionName {
  readonly model: string
  readonly version: string
}

/** One version on a node, as the node sees it. */
export interface HostedVersion extends VersionName {
  readonly phase: HostPhase
  /** Why it failed, for people. */
  readonly reason?: string
  /** Starts in a row that failed. Absent: none. */
  readonly failures?: number
  /** Calls that it runs at once, those under way, and those that wait for a place. */
  readonly slots: number
  readonly busySlots: number
  readonly queuedCalls: number
  /** Over its last calls. Absent before the first. */
  readonly tokensPerSecond?: number
  readonly memoryBytes?: number
  /** What the server that computes it says of itself. Absent where none is asked, or it does not say. */
  readonly load?: EngineLoad
}

/** How busy an inference server is. */
export interface EngineLoad {
  readonly runningRequests: number
  /** Those that it has taken and not begun. */
  readonly waitingRequests: number
  /** How full its key-value cache is, 0 to 1. */
  readonly cacheUsage?: number
}

/** The GPUs of a node together. */
export interface NodeGpu {
  readonly name: string
  readonly memoryBytes: number
  /** Of the hottest. */
  readonly celsius?: number
  /** Memory errors since the driver was loaded that could not be corrected. */
  readonly uncorrectedErrors?: number
  /** Whether one slows down because it is too hot. */
  readonly isSlowedByHeat?: boolean
}

/** What a version would take on a node, weights and contexts of all slots together, in bytes. */
export interface MemoryNeed extends VersionName {
  readonly memoryBytes: number
}

/** What a node says about itself, every few seconds. */
export interface NodeAnnouncement {
  readonly nodeId: string
  /** When its process started, in milliseconds since the epoch: another one is another life of the node. */
  readonly startedAtMs: number
  /** Memory for models, all of it and what is free, in bytes. */
  readonly memoryBytes: number
  readonly freeMemoryBytes: number
  readonly gpu?: NodeGpu
  readonly versions: readonly HostedVersion[]
  /** Of the versions whose weights it has, whether it holds them or not. */
  readonly needs?: readonly MemoryNeed[]
  /** It is about to end: nothing is placed on it any more. */
  readonly isStopping?: boolean
}
