import type { DataConverter } from '@temporalio/common'
import type { ContentStore } from './content-store.ts'
import { createExternalStorage } from './external-storage.ts'

/** The data converter that every client and worker uses; all must share one content store. */
export function createDataConverter(contents: ContentStore): DataConverter {
  return { externalStorage: createExternalStorage(contents) }
}
