/** Priorities of a request: 1 goes first, 5 last. */
export const PRIORITIES = [1, 2, 3, 4, 5] as const
export type Priority = (typeof PRIORITIES)[number]
export const DEFAULT_PRIORITY: Priority = 3

/** A call that waits for room in a quota pool. */
export interface Ticket {
  readonly attemptId: string
  readonly tenant: string
  readonly priority: Priority
  /** The round in which it goes: each tenant has one call in each round. */
  readonly turn: number
  /** When it first asked, in milliseconds since the epoch. */
  readonly enqueuedAtMs: number
  /** Input and output tokens that it reserves. */
  readonly tokens: number
}

/**
 * The order in which waiting calls go: by priority; within one by round, so that five hundred calls of one tenant do
 * not hold up five of another; within a round, who came first. Never a tie.
 */
export function lineUp<Waiting extends Ticket>(tickets: readonly Waiting[]): readonly Waiting[] {
  return tickets.toSorted(
    (left, right) =>
      left.priority - right.priority ||
      left.turn - right.turn ||
      left.enqueuedAtMs - right.enqueuedAtMs ||
      (left.attemptId < right.attemptId ? -1 : 1),
  )
}

/**
 * The round of a call that joins a line: the one after its tenant's last, or the one that is being served. Fixed when
 * it joins, as in start-time fair queueing (Goyal, Vin, Cheng: SIGCOMM 1996), so that whoever joins later cannot push
 * it back by more than one call for each tenant.
 */
export function nextTurn(
  line: readonly Ticket[],
  { tenant, priority }: Pick<Ticket, 'tenant' | 'priority'>,
): number {
  const peers = line.filter((ticket) => ticket.priority === priority)
  const own = peers.filter((ticket) => ticket.tenant === tenant).map(({ turn }) => turn)
  if (own.length > 0) return Math.max(...own) + 1
  return peers.length === 0 ? 0 : Math.min(...peers.map(({ turn }) => turn))
}
