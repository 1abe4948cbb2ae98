import type { Catalog } from '../domain/catalog/model.ts'
import type { RoutingTable } from '../store/routing/routing-table.ts'
import type { TrafficCommand } from '../domain/traffic/traffic-command.ts'
import type { TrafficRefusal } from '../domain/traffic/change-traffic.ts'
import type { TrafficSnapshot, TrafficState } from '../domain/traffic/traffic-state.ts'
import type { TrafficReport, TrafficReportRequest } from '../domain/traffic/traffic-report.ts'
import { invalidInput } from './invalid-input.ts'
import { object, optional } from '../domain/reading/composites.ts'
import { readInput } from './read-input.ts'
import { text } from '../domain/reading/scalars.ts'

/** Something that is asked of the entity of a model. */
export interface ChangeTrafficInput {
  readonly model: string
  readonly command: TrafficCommand
}

/** The state that follows, or the sentence why the command was not taken: asking again would not help. */
export type ChangeTrafficOutput =
  | { readonly state: TrafficState }
  | { readonly refusal: string; readonly kind: TrafficRefusal['kind'] }

/** What the entity begins with. */
export interface LoadedTraffic {
  /** The model's versions in the catalog, the preferred one first; none where it is not in the catalog. */
  readonly versions: readonly string[]
  /** What was published last. */
  readonly published?: TrafficSnapshot
}

export interface TrafficActivityDeps {
  readonly catalog: Catalog
  readonly routingTable: RoutingTable
  /** Asks the model's entity, and starts it where it does not run. Rejects when no answer came. */
  readonly sendTrafficCommand: (input: ChangeTrafficInput) => Promise<ChangeTrafficOutput>
  /** What the entity says; nothing where it does not run or does not answer. */
  readonly queryTraffic: (model: string) => Promise<TrafficState | undefined>
}

const reportRequest = object({ model: optional(text()) })

/** The traffic of models: what its entity needs of the store, and what others ask of the entity. */
export function createTrafficActivities(deps: TrafficActivityDeps) {
  const { catalog, routingTable, sendTrafficCommand, queryTraffic } = deps
  return {
    /** Carries out a command. May be run twice: the same command again changes nothing. */
    changeTraffic: async (input: ChangeTrafficInput): Promise<ChangeTrafficOutput> => {
      const { model, command } = input
      if (versionsOf(catalog, model).length === 0) {
        return { refusal: unknownModel(catalog, model), kind: 'command' }
      }
      // The catalog may have got the version after the entity had started.
      if (command.kind === 'take-lease') {
        await sendTrafficCommand({ model, command: { kind: 'register', versions: [] } })
      }
      return sendTrafficCommand(input)
    },

    loadTraffic: async ({ model }: { readonly model: string }): Promise<LoadedTraffic> => {
      const published = await routingTable.find(model)
      return { versions: versionsOf(catalog, model), ...(published === undefined ? {} : { published }) }
    },

    /** Returns what stands in the table then: that of a newer epoch where there is one. */
    publishTraffic: async ({ snapshot }: { readonly snapshot: TrafficSnapshot }): Promise<TrafficSnapshot> =>
      routingTable.publish(snapshot),

    /** How traffic is shared out now, in the order of the catalog. */
    readTraffic: async (
      input: TrafficReportRequest,
    ): Promise<{ readonly traffic: readonly TrafficReport[] }> => {
      const { model } = readInput(reportRequest, input, 'the traffic report')
      if (model !== undefined && versionsOf(catalog, model).length === 0)
        throw invalidInput(unknownModel(catalog, model))
      const table = await routingTable.read()
      const shared = Object.keys(catalog.models).filter((name) => name in table)
      const models = model === undefined ? shared : [model]
      return { traffic: await Promise.all(models.map((name) => reportOn(name, table[name], queryTraffic))) }
    },
  }
}

export type TrafficActivities = ReturnType<typeof createTrafficActivities>

async function reportOn(
  model: string,
  snapshot: TrafficSnapshot | undefined,
  queryTraffic: TrafficActivityDeps['queryTraffic'],
): Promise<TrafficReport> {
  const state = await queryTraffic(model)
  return {
    model,
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(state === undefined ? {} : { state }),
  }
}

function versionsOf({ models }: Catalog, model: string): readonly string[] {
  const found = Object.hasOwn(models, model) ? models[model] : undefined
  return found?.versions.map(({ version }) => version) ?? []
}

function unknownModel({ models }: Catalog, model: string): string {
  return `there is no model ${model}; the catalog has ${Object.keys(models).join(', ')}`
}
