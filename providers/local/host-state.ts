/** The life of one model host. `ready` is the only phase that takes new requests. */
export type HostState =
  /** No process. */
  | { readonly phase: 'absent' }
  /** The process checks the file and whether the model fits into memory. */
  | { readonly phase: 'reserving' }
  | { readonly phase: 'loading' }
  /** Weights are there; the first generation is running. */
  | { readonly phase: 'warming' }
  /** An answer held to a schema is tried. */
  | { readonly phase: 'probing' }
  | { readonly phase: 'ready' }
  /** Finishes what it accepted, takes nothing new. */
  | { readonly phase: 'draining' }
  | { readonly phase: 'unloading' }
  | { readonly phase: 'failed'; readonly reason: string }

export type HostEvent =
  | { readonly type: 'started' }
  | { readonly type: 'memory-reserved' }
  | { readonly type: 'weights-loaded' }
  | { readonly type: 'warm-up-ended' }
  | { readonly type: 'probe-passed' }
  | { readonly type: 'load-failed'; readonly reason: string }
  | { readonly type: 'drain-requested' }
  | { readonly type: 'unload-began' }
  /** The process is gone, for whatever reason. */
  | { readonly type: 'exited'; readonly reason: string }

/** The state after an event. An event that means nothing in a state leaves it as it is. */
export function nextHostState(state: HostState, event: HostEvent): HostState {
  switch (event.type) {
    case 'started':
      return state.phase === 'absent' ? { phase: 'reserving' } : state
    case 'memory-reserved':
      return state.phase === 'reserving' ? { phase: 'loading' } : state
    case 'weights-loaded':
      return state.phase === 'loading' ? { phase: 'warming' } : state
    case 'warm-up-ended':
      return state.phase === 'warming' ? { phase: 'probing' } : state
    case 'probe-passed':
      return state.phase === 'probing' ? { phase: 'ready' } : state
    case 'drain-requested':
      return state.phase === 'ready' ? { phase: 'draining' } : state
    case 'unload-began':
      return isOver(state) ? state : { phase: 'unloading' }
    case 'load-failed':
      return isOver(state) ? state : { phase: 'failed', reason: event.reason }
    case 'exited':
      return afterExit(state, event.reason)
  }
}

function afterExit(state: HostState, reason: string): HostState {
  if (state.phase === 'unloading') return { phase: 'absent' }
  return isOver(state) ? state : { phase: 'failed', reason }
}

function isOver(state: HostState): boolean {
  return state.phase === 'absent' || state.phase === 'failed'
}
