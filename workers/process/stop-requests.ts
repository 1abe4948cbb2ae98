import { listenToSupervisor } from '../supervision/supervisor-channel.ts'

/** What asks a process to stop. */
export interface StopRequests {
  /** Resolves with the first request's reason, for people. */
  readonly requested: Promise<string>
  /** Aborted with it. */
  readonly signal: AbortSignal
}

const FORCED_EXIT_CODE = 130

/**
 * Listens for SIGTERM and SIGINT and, in a supervised process, to its supervisor. Whoever asks a second time ends the
 * process at once. The two are counted apart, because one Ctrl-C reaches a supervisor and its worker together, and the
 * supervisor then asks its worker as well.
 */
export function listenForStop(): StopRequests {
  const stopping = new AbortController()
  const { promise: requested, resolve } = Promise.withResolvers<string>()
  const asker = (): ((reason: string) => void) => {
    let hasAsked = false
    return (reason) => {
      if (hasAsked) process.exit(FORCED_EXIT_CODE)
      hasAsked = true
      stopping.abort()
      resolve(reason)
    }
  }
  const onSignal = asker()
  process.on('SIGTERM', onSignal)
  process.on('SIGINT', onSignal)
  listenToSupervisor(asker())
  return { requested, signal: stopping.signal }
}
