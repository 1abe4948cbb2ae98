import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import type { SearchAttributeType } from '@temporalio/common'
import type { SearchAttributeTypes } from './server-arguments.ts'

/** The numbers of the service's `IndexedValueType`. */
const INDEXED_VALUE_TYPES = {
  TEXT: 1,
  KEYWORD: 2,
  INT: 3,
  DOUBLE: 4,
  BOOL: 5,
  DATETIME: 6,
  KEYWORD_LIST: 7,
} as const satisfies Readonly<Record<SearchAttributeType, number>>

export interface AwaitReadyOptions {
  readonly address: string
  readonly namespace: string
  readonly searchAttributes: SearchAttributeTypes
  readonly timeoutMs: number
  /** Aborted when the server has ended: then there is nothing to wait for. */
  readonly signal: AbortSignal
}

/** Resolves when the namespace answers and has the search attributes; throws what stood in the way at the end. */
export async function awaitReady(options: AwaitReadyOptions): Promise<void> {
  const deadline = performance.now() + options.timeoutMs
  for (;;) {
    try {
      await prepareNamespace(options)
      return
    } catch (error) {
      if (options.signal.aborted) throw error
      if (performance.now() > deadline) {
        throw new Error(`${options.address} did not become ready in ${options.timeoutMs / 1000} s`, {
          cause: error,
        })
      }
      await sleep(100)
    }
  }
}

async function prepareNamespace({ address, namespace, searchAttributes }: AwaitReadyOptions): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '2s' })
  try {
    await connection.withDeadline(Date.now() + 5_000, async () => {
      await connection.workflowService.describeNamespace({ namespace })
      // The server's own flag only counts when the namespace is created, so an older file needs this.
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
      const missing = Object.entries(searchAttributes).filter(([name]) => !(name in customAttributes))
      if (missing.length === 0) return
      await connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(
          missing.map(([name, type]) => [name, INDEXED_VALUE_TYPES[type]]),
        ),
      })
    })
  } finally {
    await connection.close()
  }
}
