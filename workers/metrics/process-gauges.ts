import { PROCESS_COUNTERS, PROCESS_GAUGES } from './gauge-definitions.ts'
import type { MetricRegistry } from './metric-registry.ts'
import type { Readiness } from '../health-server.ts'

/** Shows how the process itself stands, whenever it is scraped. */
export function addProcessGauges(registry: MetricRegistry, readiness: () => readonly Readiness[]): void {
  const ready = registry.gauge(PROCESS_GAUGES.ready)
  const resident = registry.gauge(PROCESS_GAUGES.resident)
  const heap = registry.gauge(PROCESS_GAUGES.heap)
  const loop = registry.gauge(PROCESS_GAUGES.loop)
  const cpu = registry.counter(PROCESS_COUNTERS.cpu)
  registry.gauge(PROCESS_GAUGES.started).set(Math.round(performance.timeOrigin) / 1000)
  let usedBefore = 0
  let utilizationBefore = performance.eventLoopUtilization()

  registry.beforeScrape(() => {
    ready.reset()
    for (const { part, isReady } of readiness()) ready.set({ part }, isReady ? 1 : 0)
    const { user, system } = process.cpuUsage()
    const used = (user + system) / 1e6
    cpu.inc(Math.max(0, used - usedBefore))
    usedBefore = used
    const memory = process.memoryUsage()
    resident.set(memory.rss)
    heap.set(memory.heapUsed)
    const utilization = performance.eventLoopUtilization()
    loop.set(performance.eventLoopUtilization(utilization, utilizationBefore).utilization)
    utilizationBefore = utilization
  })
}

/** Shows how often the supervisor had to start this worker process again. */
export function showRestarts(registry: MetricRegistry, restarts: number): void {
  registry.gauge(PROCESS_GAUGES.restarts).set(restarts)
}
