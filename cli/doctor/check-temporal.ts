import { type Finding, fail, ok, warn } from './check.ts'
import { readTemporalCliVersion, TEMPORAL_CLI_VERSION } from '../../tools/temporal/cli-version.ts'
import { cacheDirectory } from '../../tools/cache-directory.ts'
import { existsSync } from 'node:fs'
import type { GlobalOptions } from '../global-options.ts'
import { join } from 'node:path'
import { NotConnectedError } from '../../client/errors.ts'
import { withSession } from '../session.ts'

/** Whether the program of the Temporal dev server is at hand; nothing is fetched for it. */
export async function checkTemporalProgram(): Promise<readonly Finding[]> {
  const subject = 'Temporal dev server'
  const onPath = await readTemporalCliVersion('temporal')
  if (onPath?.isNewEnough === true)
    return [ok(subject, `CLI ${onPath.cli}, server ${onPath.server}, on the PATH`)]
  const cached = join(cacheDirectory(), 'temporal-cli', TEMPORAL_CLI_VERSION, 'temporal')
  if (existsSync(cached)) return [ok(subject, `CLI ${TEMPORAL_CLI_VERSION}, in ${cached}`)]
  return [
    warn(
      subject,
      'not on this machine yet',
      'Nothing to do: the first `switchyard dev` downloads it, or builds it with Go in about five minutes. ' +
        'SWITCHYARD_TEMPORAL_CLI may name one.',
    ),
  ]
}

/** Whether a server answers where the commands would look for it, and whether workers poll there. */
export async function checkTemporalServer(
  options: GlobalOptions,
  isExpected: boolean,
): Promise<readonly Finding[]> {
  try {
    return await withSession(options, async ({ switchyard }) => {
      const { address, namespace } = switchyard
      const workers = await switchyard.orchestrators()
      return [
        ok('Temporal server', `answers at ${address}, namespace ${namespace}`),
        workers > 0
          ? ok('Workers', `${workers} orchestrator${workers === 1 ? ' polls' : 's poll'}`)
          : warn('Workers', 'none polls, so requests wait', 'Start the orchestrator, or `npm run dev`.'),
      ]
    })
  } catch (error) {
    if (!(error instanceof NotConnectedError)) throw error
    return [
      isExpected
        ? fail('Temporal server', error.message, 'Start it, or correct TEMPORAL_ADDRESS or --address.')
        : warn(
            'Temporal server',
            'none runs',
            'Start everything with `npm run dev`, or set TEMPORAL_ADDRESS.',
          ),
    ]
  }
}
