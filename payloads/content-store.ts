import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  type Content,
  inlineContent,
  isContentRef,
  MAX_CONTENT_BYTES,
  MAX_INLINE_BYTES,
} from '../domain/content-ref.ts'

/** Keeps texts outside Temporal's histories, each once, by the SHA-256 of its bytes. */
export interface ContentStore {
  /** Stores a text and returns how it travels: inline when it is short. @throws ContentTooLargeError */
  put(text: string): Promise<Content>
  /** The text behind a content. @throws ContentMissingError */
  get(content: Content): Promise<string>
  /** Stores bytes and returns their SHA-256 in lower-case hex. @throws ContentTooLargeError */
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
    super(`content ${sha256} is not in ${place}; every worker and client must use the same content store`)
  }
}

/** SHA-256 of a text's UTF-8 bytes, lower-case hex. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** A content store in a folder that every worker and client on this machine (or on a shared disk) reaches. */
export function createFolderContentStore(folder: string): ContentStore {
  const pathOf = (sha256: string): string => join(folder, sha256.slice(0, 2), sha256)

  const putBytes = async (bytes: Uint8Array): Promise<string> => {
    if (bytes.byteLength > MAX_CONTENT_BYTES) throw new ContentTooLargeError(bytes.byteLength)
    const sha256 = sha256Hex(bytes)
    await writeOnce(pathOf(sha256), bytes)
    return sha256
  }

  const getBytes = async (sha256: string): Promise<Uint8Array> => {
    try {
      return await readFile(pathOf(sha256))
    } catch (error) {
      if (isNotFound(error)) throw new ContentMissingError(sha256, folder)
      throw error
    }
  }

  return {
    putBytes,
    getBytes,
    put: async (text) => {
      const bytes = Buffer.from(text, 'utf8')
      if (bytes.byteLength <= MAX_INLINE_BYTES) return inlineContent(text)
      return { sha256: await putBytes(bytes), bytes: bytes.byteLength }
    },
    get: async (content) =>
      isContentRef(content) ? Buffer.from(await getBytes(content.sha256)).toString('utf8') : content.inline,
  }
}

/** Writes beside the target and renames, so that a reader never sees half an object. */
async function writeOnce(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const partial = `${path}.${randomUUID()}.partial`
  try {
    await writeFile(partial, bytes, { flag: 'wx', flush: true })
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
