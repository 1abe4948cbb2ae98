import { Client } from 'pg'

/** Lets the changes of shares that waited be made. */
export type LetGo = () => Promise<void>

/**
 * Keeps every change of shares from coming into force, by a lock that still lets everybody read: the rollout that makes
 * one stands in its phase for as long as that takes.
 */
export async function holdShares(databaseUrl: string): Promise<LetGo> {
  const holder = new Client({ connectionString: databaseUrl })
  await holder.connect()
  await holder.query('begin')
  await holder.query('lock table routing_table in exclusive mode')
  return () => holder.end()
}
