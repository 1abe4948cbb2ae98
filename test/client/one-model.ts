import { inject } from 'vitest'
import { createSwitchyard, type Switchyard } from '../../client/switchyard.ts'
import { type Orchestration, startOrchestration } from '../fixtures/orchestration.ts'
import type { ModelProvider } from '../../providers/model-provider.ts'
import { testCatalog } from '../fixtures/catalogs.ts'

export const HOUR_MS = 3_600_000

/** A whole system with one model called `model`, and a client of it. */
export interface OneModel {
  readonly system: Orchestration
  readonly switchyard: Switchyard
  readonly stop: () => Promise<void>
}

export async function startOneModel(model: ModelProvider): Promise<OneModel> {
  const address = inject('temporalAddress')
  const catalog = testCatalog([{ name: 'model' }])
  const system = await startOrchestration({ address, catalog, providers: { model } })
  const { contents, namespace } = system
  const switchyard = await createSwitchyard({ address, namespace, contents })
  return {
    system,
    switchyard,
    stop: async () => {
      await switchyard.close()
      await system.stop()
    },
  }
}

/** What a promise is rejected with; `undefined` when it is not. */
export async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}
