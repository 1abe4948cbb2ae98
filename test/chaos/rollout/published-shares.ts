import { asc, sql } from 'drizzle-orm'
import { integer, jsonb, pgTable, serial, text, timestamp } from 'drizzle-orm/pg-core'
import { type DatabaseLocation, openDatabase } from '../../../store/database.ts'
import type { TrafficSnapshot } from '../../../domain/traffic/traffic-state.ts'

/** Shares that came into force. */
export interface PublishedShares {
  readonly model: string
  readonly epoch: number
  readonly snapshot: TrafficSnapshot
  readonly at: Date
}

const publishedShares = pgTable('published_shares', {
  number: serial('number').primaryKey(),
  model: text('model').notNull(),
  epoch: integer('epoch').notNull(),
  snapshot: jsonb('snapshot').$type<TrafficSnapshot>().notNull(),
  at: timestamp('at', { withTimezone: true }).notNull(),
})

/**
 * Lets the database itself note every change of its routing table, in the transaction that makes it. Before the
 * orchestrators open it.
 */
export async function recordPublishedShares(location: DatabaseLocation): Promise<void> {
  const database = await openDatabase(location)
  try {
    for (const statement of RECORD) {
      // oxlint-disable-next-line no-await-in-loop -- each needs the one before
      await database.queries.execute(sql.raw(statement))
    }
  } finally {
    await database.close()
  }
}

const RECORD = [
  `create table published_shares (number serial primary key, model text not null, epoch integer not null,
    snapshot jsonb not null, at timestamptz not null default clock_timestamp())`,
  `create function note_published_shares() returns trigger language plpgsql as $$
    begin
      insert into published_shares (model, epoch, snapshot) values (new.model, new.epoch, new.snapshot::text::jsonb);
      return new;
    end $$`,
  `create trigger published_shares_trigger after insert or update on routing_table
    for each row execute function note_published_shares()`,
]

/** Everything that was published, in its order. */
export async function readPublishedShares(location: DatabaseLocation): Promise<readonly PublishedShares[]> {
  const database = await openDatabase(location)
  try {
    return await database.queries.select().from(publishedShares).orderBy(asc(publishedShares.number))
  } finally {
    await database.close()
  }
}
