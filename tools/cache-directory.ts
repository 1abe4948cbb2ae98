import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** Switchyard's folder in the user's cache: what is fetched or built once per machine lives here. */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const configured = environment['XDG_CACHE_HOME']
  // The XDG rules say that a relative path is to be ignored.
  const base = configured !== undefined && isAbsolute(configured) ? configured : join(homedir(), '.cache')
  return join(base, 'switchyard')
}
