import type { BudgetStatus } from '../../domain/budget/budget-status.ts'
import type { BudgetStore } from '../../store/budgets/budgets.ts'
import type { LimitsState, RouteFactReader } from '../../store/routing/route-facts.ts'
import type { LoadReader, OpenLoad, WaitingLoad } from '../../store/routing/load-reader.ts'
import type { NodeStore } from '../../store/routing/nodes.ts'
import type { NodesView } from '../../domain/nodes/known-node.ts'
import type { RoutingTable } from '../../store/routing/routing-table.ts'
import type { TrafficSnapshot } from '../../domain/traffic/traffic-state.ts'

/** Where the figures come from. */
export interface StoreFigureReaders {
  readonly limits: Pick<RouteFactReader, 'limits'>
  readonly load: LoadReader
  readonly budgets: Pick<BudgetStore, 'list'>
  readonly routingTable: Pick<RoutingTable, 'read'>
  readonly nodes: Pick<NodeStore, 'read'>
}

/** How the ledger stands at about one moment. */
export interface StoreFigures {
  readonly limits: LimitsState
  readonly waiting: readonly WaitingLoad[]
  readonly open: readonly OpenLoad[]
  readonly budgets: readonly BudgetStatus[]
  readonly traffic: Readonly<Record<string, TrafficSnapshot>>
  readonly nodes: NodesView
}

/** One small query after the other: a scrape must not take more than one connection from the calls. */
export async function readStoreFigures(readers: StoreFigureReaders): Promise<StoreFigures> {
  const limits = await readers.limits.limits()
  const waiting = await readers.load.waiting()
  const open = await readers.load.open()
  const budgets = await readers.budgets.list({}, Date.now())
  const traffic = await readers.routingTable.read()
  const nodes = await readers.nodes.read()
  return { limits, waiting, open, budgets, traffic, nodes }
}
