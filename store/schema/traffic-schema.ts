import type { NodeAnnouncement } from '../../domain/nodes/node.ts'
import { sql, index, integer, pgTable, primaryKey, text } from '../drizzle.ts'
import type { TrafficSnapshot } from '../../domain/traffic/traffic-state.ts'
import { documentColumn, instantColumn } from '../columns.ts'

/** How each model's traffic is shared, as its entity published it last. */
export const routingTable = pgTable('routing_table', {
  model: text('model').primaryKey(),
  /** A snapshot of an older epoch never replaces a newer one. */
  epoch: integer('epoch').notNull(),
  snapshot: documentColumn('snapshot').$type<TrafficSnapshot>().notNull(),
  publishedAt: instantColumn('published_at')
    .notNull()
    .default(sql`clock_timestamp()`),
})

/** GPU nodes, as each announced itself last. One that has not for a while is gone. */
export const nodes = pgTable('nodes', {
  nodeId: text('node_id').primaryKey(),
  announcement: documentColumn('announcement').$type<NodeAnnouncement>().notNull(),
  seenAt: instantColumn('seen_at')
    .notNull()
    .default(sql`clock_timestamp()`),
})

/** Which versions a node is to hold. */
export const placements = pgTable(
  'placements',
  {
    nodeId: text('node_id').notNull(),
    model: text('model').notNull(),
    version: text('version').notNull(),
    /** A workflow, a person, or `switchyard`. */
    placedBy: text('placed_by').notNull(),
    placedAt: instantColumn('placed_at')
      .notNull()
      .default(sql`clock_timestamp()`),
  },
  (table) => [
    primaryKey({ name: 'placements_pkey', columns: [table.nodeId, table.model, table.version] }),
    index('placements_by_version').on(table.model, table.version),
  ],
)
