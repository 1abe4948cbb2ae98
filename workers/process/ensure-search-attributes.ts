import type { Logger } from 'pino'
import { loggedError } from '../telemetry.ts'
import { MAINTENANCE_ATTRIBUTES } from '../../workflows/maintenance/search-attributes.ts'
import { ROLLOUT_ATTRIBUTES } from '../../workflows/rollout/search-attributes.ts'
import type { SearchAttributeTypes } from '../../tools/temporal/server-arguments.ts'
import type { WorkerSurroundings } from '../worker-options.ts'

const ATTRIBUTES = [...Object.values(ROLLOUT_ATTRIBUTES), ...Object.values(MAINTENANCE_ATTRIBUTES)]

/** What workflows can be searched by: `Model`, `RolloutPhase`, `CanaryPercent` and `MaintenanceResult`. */
export const SEARCH_ATTRIBUTES: SearchAttributeTypes = Object.fromEntries(
  ATTRIBUTES.map(({ name, type }) => [name, type]),
)

/** The numbers of the service's `IndexedValueType`. */
const INDEXED_VALUE_TYPES = { KEYWORD: 2, DOUBLE: 4 } as const

const ANSWER_WITHIN_MS = 10_000

/**
 * Adds the search attributes that the namespace lacks. Where it may not, it says so in the log: workflows that set them
 * wait until somebody has added them.
 */
export async function ensureSearchAttributes(
  { connection, namespace }: Pick<WorkerSurroundings, 'connection' | 'namespace'>,
  logger?: Logger,
): Promise<void> {
  try {
    await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
      const { operatorService } = connection
      const { customAttributes } = await operatorService.listSearchAttributes({ namespace })
      const missing = ATTRIBUTES.filter(({ name }) => !(name in customAttributes))
      if (missing.length === 0) return
      await operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(
          missing.map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type]]),
        ),
      })
    })
  } catch (error) {
    const wanted = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => `--name ${name} --type ${type}`)
    logger?.warn(
      { error: loggedError(error) },
      'the search attributes of workflows cannot be added; if they are missing, add them with ' +
        `temporal operator search-attribute create --namespace ${namespace} and ${wanted.join(', ')}`,
    )
  }
}
