import { ProviderError } from '../provider-error.ts'
import type { HostAnswer } from './model-host.ts'
import type { HostTotals } from './host-status.ts'

/** Counts how requests ended and what they took. */
export interface DeskTotals {
  add(result: HostAnswer | ProviderError): void
  read(): HostTotals
}

/** Creates counters that stand at zero. */
export function createDeskTotals(): DeskTotals {
  let completed = 0
  let failed = 0
  let cancelled = 0
  let inputTokens = 0
  let outputTokens = 0
  let latencyMs = 0
  return {
    add: (result) => {
      if (result instanceof ProviderError) {
        if (result.kind === 'cancelled') cancelled += 1
        else failed += 1
        inputTokens += result.details.usage?.inputTokens ?? 0
        outputTokens += result.details.usage?.outputTokens ?? 0
        return
      }
      completed += 1
      inputTokens += result.figures.promptTokens
      outputTokens += result.figures.outputTokens
      latencyMs += result.latencyMs
    },
    read: () => ({
      completed,
      failed,
      cancelled,
      inputTokens,
      outputTokens,
      meanLatencyMs: completed === 0 ? 0 : latencyMs / completed,
    }),
  }
}
