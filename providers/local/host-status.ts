import type { HostState } from './host-state.ts'

/** Memory that a model is expected to take, in bytes, at the given number of layers on the GPU. */
export interface MemoryEstimate {
  readonly ramBytes: number
  readonly gpuBytes: number
  readonly gpuLayers: number
}

/** Memory of one host process, in bytes. */
export interface HostMemory {
  readonly residentBeforeLoadBytes: number
  readonly residentAfterLoadBytes: number
  readonly peakResidentBytes: number
  /** Memory of the GPU that this process sees in use; absent without a GPU. */
  readonly gpuAfterLoadBytes?: number
  readonly peakGpuBytes?: number
}

/** The weights that a host serves. */
export interface HostArtifact {
  readonly path: string
  readonly bytes: number
  /** Present when the file was checked against it. */
  readonly sha256?: string
  readonly architecture: string
  /** The tensor type that most weights have: `Q4_1`. */
  readonly quantisation: string
  readonly parameters: number
  /** Tokens of context that the model was trained on. */
  readonly trainedContextSize: number
}

/** What computes: the same weights on another engine are another artifact. */
export interface HostEngine {
  readonly name: 'node-llama-cpp'
  readonly version: string
  readonly llamaCpp: string
  readonly gpu: string
  readonly gpuLayers: number
  readonly threads: number
}

/** Where one open request stands. */
export interface RequestStatus {
  readonly id: number
  readonly phase: RequestPhase
  readonly priority: number
  /** Prompt tokens computed so far. */
  readonly promptTokens: number
  readonly outputTokens: number
}

/** `preparing`: being turned into tokens; `queued`: waits for a slot; then the two parts of a generation. */
export type RequestPhase = 'preparing' | 'queued' | 'prefilling' | 'decoding'

/** Counts since the host became ready. */
export interface HostTotals {
  readonly completed: number
  readonly failed: number
  readonly cancelled: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** Mean of the completed requests, waiting included, in milliseconds; 0 before the first. */
  readonly meanLatencyMs: number
}

/** A host as it stands now. */
export interface HostStatus {
  readonly version: string
  readonly state: HostState
  readonly processId: number | undefined
  readonly slots: number
  /** Tokens of one slot's context. */
  readonly contextSize: number
  readonly inFlight: number
  readonly queueDepth: number
  readonly requests: readonly RequestStatus[]
  readonly totals: HostTotals
  readonly estimate?: MemoryEstimate
  readonly memory?: HostMemory
  readonly artifact?: HostArtifact
  readonly engine?: HostEngine
}
