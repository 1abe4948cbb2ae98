import { eq, lt, sql } from '../drizzle.ts'
import type { Database } from '../connection.ts'
import { routingTable } from '../schema.ts'
import type { TrafficSnapshot } from '../../domain/traffic/traffic-state.ts'

/** How the traffic of each model is shared out, as its entity published it last. */
export interface RoutingTable {
  /** By model; models whose traffic was never shared out have none. */
  read(): Promise<Readonly<Record<string, TrafficSnapshot>>>
  find(model: string): Promise<TrafficSnapshot | undefined>
  /**
   * Writes a snapshot unless one of the same epoch or a newer one stands there: a writer that was left behind changes
   * nothing. May be run twice.
   * @returns what stands there now
   */
  publish(snapshot: TrafficSnapshot): Promise<TrafficSnapshot>
}

export function createRoutingTable({ queries, frequentQueries }: Database): RoutingTable {
  const { model, epoch, snapshot } = routingTable
  const find = async (name: string): Promise<TrafficSnapshot | undefined> => {
    const [row] = await queries.select({ snapshot }).from(routingTable).where(eq(model, name))
    return row?.snapshot
  }
  return {
    find,
    read: async () => {
      const rows = await frequentQueries.select({ model, snapshot }).from(routingTable)
      return Object.fromEntries(rows.map((row) => [row.model, row.snapshot]))
    },
    publish: async (published) => {
      const [written] = await queries
        .insert(routingTable)
        .values({ model: published.model, epoch: published.epoch, snapshot: published })
        .onConflictDoUpdate({
          target: model,
          set: { epoch: published.epoch, snapshot: published, publishedAt: sql`clock_timestamp()` },
          setWhere: lt(epoch, published.epoch),
        })
        .returning({ snapshot })
      const stored = written?.snapshot ?? (await find(published.model))
      if (stored === undefined) throw new Error(`the routing table lost ${published.model}`)
      return stored
    },
  }
}
