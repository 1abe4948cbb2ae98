import type { Logger } from 'pino'
import type { VersionEvent } from './supervise-version.ts'
import type { VersionName } from '../../domain/nodes/node.ts'
import { loggedError } from '../telemetry.ts'

/** Writes what a supervised version does to the log. */
export function logVersionEvent(logger: Logger, { model, version }: VersionName, event: VersionEvent): void {
  const ids = { model, version }
  switch (event.type) {
    case 'serving-began':
    case 'stopped':
      logger.info(ids, `version ${event.type}`)
      return
    case 'host-died':
      logger.error(ids, `version host-died: ${event.reason}; starting it again in ${event.retryInMs} ms`)
      return
    case 'load-failed':
    case 'polling-failed':
      logger.error(
        { ...ids, error: loggedError(event.error) },
        `version ${event.type}; starting it again in ${event.retryInMs} ms`,
      )
  }
}
