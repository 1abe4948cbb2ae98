import {
  ExternalStorage,
  type Payload,
  type StorageDriver,
  StorageDriverClaim,
  ValueError,
} from '@temporalio/common'
import type { ContentStore } from './content-store.ts'

/** Payloads over this size leave the history and go to the content store, in bytes. */
const PAYLOAD_THRESHOLD_BYTES = 128 * 1024

/** Histories hold references by this name: it can never change. */
const DRIVER_NAME = 'switchyard-content'

/** A net under every payload: what is too big for a history goes to the content store. */
export function createExternalStorage(contents: ContentStore): ExternalStorage {
  return new ExternalStorage({
    drivers: [createContentDriver(contents)],
    payloadSizeThreshold: PAYLOAD_THRESHOLD_BYTES,
  })
}

function createContentDriver(contents: ContentStore): StorageDriver {
  return {
    name: DRIVER_NAME,
    type: 'switchyard.content-store',
    store: (_context, payloads) =>
      Promise.all(
        payloads.map(async (payload) => {
          const sha256 = await contents.putBytes(encodePayload(payload))
          return new StorageDriverClaim({ sha256 })
        }),
      ),
    retrieve: (_context, claims) =>
      Promise.all(
        claims.map(async ({ claimData }) => {
          const sha256 = claimData['sha256']
          if (sha256 === undefined) throw new ValueError('a stored payload has no sha256 in its claim')
          return decodePayload(await contents.getBytes(sha256))
        }),
      ),
  }
}

/** One line of JSON with the metadata in base64, then the data as it is. */
function encodePayload(payload: Payload): Uint8Array {
  const metadata = Object.entries(payload.metadata ?? {}).map(([key, value]) => [
    key,
    Buffer.from(value).toString('base64'),
  ])
  const header = Buffer.from(`${JSON.stringify(Object.fromEntries(metadata))}\n`, 'utf8')
  return Buffer.concat([header, payload.data ?? new Uint8Array()])
}

function decodePayload(bytes: Uint8Array): Payload {
  const headerEnd = bytes.indexOf(0x0a)
  const header: unknown = JSON.parse(Buffer.from(bytes.subarray(0, headerEnd)).toString('utf8'))
  if (typeof header !== 'object' || header === null) throw new ValueError('a stored payload has no header')
  const metadata = Object.entries(header).map(([key, value]) => [key, Buffer.from(String(value), 'base64')])
  return { metadata: Object.fromEntries(metadata), data: bytes.subarray(headerEnd + 1) }
}
