import { setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow'
import {
  type OptimisationProgress,
  optimisationMarkdown,
} from '../../domain/optimisation/optimisation-markdown.ts'
import { optimisationPlan } from '../optimisation-proxies.ts'
import { optimisationQuery } from '../optimisation-contract.ts'
import type { OptimisationResult } from '../../domain/optimisation/result.ts'

/** Where a run stands: for the query, the details in the Temporal UI, and the store. */
export class OptimisationBoard {
  #progress: OptimisationProgress = { now: 'begins', results: [] }

  constructor() {
    setHandler(optimisationQuery, () => this.#progress, {
      description:
        'The optimisation as it stands: what is being tried, and what came of the rest. Takes no input.',
    })
    this.#show()
  }

  get results(): readonly OptimisationResult[] {
    return this.#progress.results
  }

  /** Says what is being tried. */
  tell(now: string): void {
    this.#progress = { ...this.#progress, now }
    this.#show()
  }

  /** Writes a result down. */
  async add(result: OptimisationResult): Promise<void> {
    const results = [...this.results, result]
    this.#progress = { ...this.#progress, results }
    this.#show()
    await optimisationPlan.recordOptimisation({ runId: workflowInfo().runId, number: results.length, result })
  }

  end(): void {
    this.#progress = { results: this.results }
    this.#show()
  }

  #show(): void {
    setCurrentDetails(optimisationMarkdown(this.#progress))
  }
}
