import { createHash } from 'node:crypto'
import {
  type Content,
  inlineContent,
  isContentRef,
  MAX_CONTENT_BYTES,
  MAX_INLINE_BYTES,
} from '../domain/content-ref.ts'
import { contentPath, isNotFound, payloadFolder, readObject, writeObject } from './content-files.ts'

/** Keeps texts outside Temporal's histories, each once, by the SHA-256 of its bytes. */
export interface ContentStore {
  /** Stores a text and returns how it travels: inline when it is short. @throws ContentTooLargeError */
  put(text: string): Promise<Content>
  /** The text behind a content. @throws ContentMissingError */
  get(content: Content): Promise<string>
  /** Stores the bytes of a payload and returns their SHA-256 in lower-case hex. @throws ContentTooLargeError */
  putBytes(bytes: Uint8Array): Promise<string>
  /** The bytes under a hash. @throws ContentMissingError */
  getBytes(sha256: string): Promise<Uint8Array>
}

export class ContentTooLargeError extends Error {
  override readonly name = 'ContentTooLargeError'
  constructor(bytes: number) {
    super(
      `content of ${bytes} bytes exceeds the limit of ${MAX_CONTENT_BYTES} bytes; split it into smaller parts`,
    )
  }
}

export class ContentMissingError extends Error {
  override readonly name = 'ContentMissingError'
  constructor(sha256: string, place: string) {
    super(
      `content ${sha256} is not in ${place}: its retention has ended, or this process uses another content store; ` +
        'every worker and client must use the same one',
    )
  }
}

/** SHA-256 of a text's UTF-8 bytes, lower-case hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** A content store in a folder that every worker and client on this machine (or on a shared disk) reaches. */
export function createFolderContentStore(folder: string): ContentStore {
  const payloads = payloadFolder(folder)
  const get = async (sha256: string, places: readonly string[]): Promise<Uint8Array> => {
    try {
      return await readObject(places.map((place) => contentPath(place, sha256)))
    } catch (error) {
      if (isNotFound(error)) throw new ContentMissingError(sha256, folder)
      throw error
    }
  }

  return {
    putBytes: (bytes) => put(bytes, payloads),
    // Payloads of older histories lie among the texts.
    getBytes: (sha256) => get(sha256, [payloads, folder]),
    put: async (text) => {
      const bytes = Buffer.from(text, 'utf8')
      if (bytes.byteLength <= MAX_INLINE_BYTES) return inlineContent(text)
      return { sha256: await put(bytes, folder), bytes: bytes.byteLength }
    },
    get: async (content) => {
      if (!isContentRef(content)) return content.inline
      return Buffer.from(await get(content.sha256, [folder])).toString('utf8')
    },
  }
}

/** Writes an object also when it is there already: its age is what keeps it until an operation owns it. */
async function put(bytes: Uint8Array, place: string): Promise<string> {
  if (bytes.byteLength > MAX_CONTENT_BYTES) throw new ContentTooLargeError(bytes.byteLength)
  const sha256 = sha256Hex(bytes)
  await writeObject(contentPath(place, sha256), bytes)
  return sha256
}
