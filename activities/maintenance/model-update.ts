import type { Catalog, WeightsSource } from '../../domain/catalog/model.ts'
import type { ChangeTrafficInput, ChangeTrafficOutput } from '../traffic.ts'
import {
  findUpdates,
  type FoundUpdate,
  type KnownTraffic,
  namedUpdate,
  type NoUpdate,
} from '../../domain/maintenance/update/find-updates.ts'
import type { ModelUpdateRequest } from '../../domain/maintenance/update/model-update-request.ts'
import type { RoutingTable } from '../../store/routing/routing-table.ts'
import type { TrafficState } from '../../domain/traffic/traffic-state.ts'

export interface ModelUpdateActivityDeps {
  /** What this environment can call. */
  readonly catalog: Catalog
  readonly routingTable: Pick<RoutingTable, 'read'>
  readonly queryTraffic: (model: string) => Promise<TrafficState | undefined>
  readonly sendTrafficCommand: (input: ChangeTrafficInput) => Promise<ChangeTrafficOutput>
  /** SHA-256 of weights that lie on this machine; `undefined` where they do not. */
  readonly hashWeights: (source: WeightsSource) => Promise<string | undefined>
}

export type FoundUpdates = {
  readonly updates: readonly FoundUpdate[]
  readonly none: readonly NoUpdate[]
}

/** Looking for new versions, and seeing to it that they are what the catalog says before anything is rolled out. */
export function createModelUpdateActivities(deps: ModelUpdateActivityDeps) {
  const { catalog } = deps
  return {
    /** The version that is asked for, or all that were never used. */
    findModelUpdates: async (
      input: Pick<ModelUpdateRequest, 'model' | 'version' | 'weights' | 'except'>,
    ): Promise<FoundUpdates> => {
      const { model, version, weights } = input
      if (model !== undefined && (version !== undefined || weights !== undefined)) {
        return sorted([namedUpdate(catalog, await knownTraffic(deps, model), input)])
      }
      const published = await deps.routingTable.read()
      const shared = Object.keys(catalog.models).filter((name) => Object.hasOwn(published, name))
      const known = await Promise.all(
        shared.map(async (name) => [name, await knownTraffic(deps, name)] as const),
      )
      const traffic = new Map(
        known.flatMap(([name, one]) => (one === undefined ? [] : [[name, one] as const])),
      )
      return sorted(findUpdates(catalog, traffic, input))
    },

    /** Checks the weights where this machine has them; a node checks them again when it loads them. */
    verifyModelUpdate: async ({ weights }: FoundUpdate): Promise<{ readonly problem?: string }> => {
      if (weights === undefined) return {}
      if (weights.sha256 === undefined && weights.uri.startsWith('file:')) {
        return { problem: `its weights ${weights.uri} have no sha256 in the catalog: they could be any` }
      }
      if (weights.sha256 === undefined) return {}
      const found = await deps.hashWeights(weights)
      if (found === undefined || found === weights.sha256) return {}
      return { problem: `its weights ${weights.uri} have the SHA-256 ${found}, not ${weights.sha256}` }
    },

    /** Has the model's entity take up the versions of the catalog. It gives none of them anything. */
    registerModelUpdate: async ({
      model,
    }: {
      readonly model: string
    }): Promise<{ readonly problem?: string }> => {
      const output = await deps.sendTrafficCommand({ model, command: { kind: 'register', versions: [] } })
      return 'refusal' in output ? { problem: output.refusal } : {}
    },
  }
}

export type ModelUpdateActivities = ReturnType<typeof createModelUpdateActivities>

function sorted(found: readonly (FoundUpdate | NoUpdate)[]): FoundUpdates {
  return {
    updates: found.flatMap((one) => ('version' in one ? [one] : [])),
    none: found.flatMap((one) => ('version' in one ? [] : [one])),
  }
}

/** What its entity says, else what was published last: then nobody knows what had been used before. */
async function knownTraffic(
  { routingTable, queryTraffic }: ModelUpdateActivityDeps,
  model: string,
): Promise<KnownTraffic | undefined> {
  const state = await queryTraffic(model)
  if (state !== undefined) return state
  const published = (await routingTable.read())[model]
  if (published === undefined) return undefined
  const { stableVersion } = published
  return { stableVersion, versions: [{ version: stableVersion, status: 'active', sinceMs: 0 }] }
}
