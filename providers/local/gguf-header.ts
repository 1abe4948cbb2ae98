import { type FileHandle, open } from 'node:fs/promises'
import { messageOf } from '../../domain/message-of.ts'

/** Metadata of a GGUF file: numbers and texts by key. Lists are left out, except that their first number counts. */
export type GgufHeader = ReadonlyMap<string, number | string>

const MAGIC = 'GGUF'
const FIRST_READ_BYTES = 64 * 1024
/** Vocabularies of the largest models take a few MiB. */
const LARGEST_HEADER_BYTES = 64 * 2 ** 20

/** From the format's specification: the sizes of the types that have one. */
const SIZES: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
}
const TEXT = 8
const LIST = 9

/** Stands after what describes the model, in every writer's order; the rest is long. */
const VOCABULARY_PREFIX = 'tokenizer.'

/** Reads what describes the model at the head of a GGUF file. @throws Error when it is none */
export async function readGgufHeader(path: string): Promise<GgufHeader> {
  const file = await open(path)
  try {
    for (let bytes = FIRST_READ_BYTES; bytes <= LARGEST_HEADER_BYTES; bytes *= 4) {
      // oxlint-disable-next-line no-await-in-loop -- more only when that was too little
      const { head, isWhole } = await readHead(file, bytes)
      try {
        return parseHeader(head)
      } catch (error) {
        // What lies beyond the part that was read.
        if (!(error instanceof RangeError) || isWhole) throw error
      }
    }
    throw new Error('its header is too long')
  } catch (error) {
    const reason = messageOf(error)
    throw new Error(`${path} is not a readable GGUF file: ${reason}`, { cause: error })
  } finally {
    await file.close()
  }
}

async function readHead(file: FileHandle, bytes: number): Promise<{ head: Buffer; isWhole: boolean }> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
  return { head: buffer.subarray(0, bytesRead), isWhole: bytesRead < bytes }
}

function parseHeader(head: Buffer): GgufHeader {
  if (head.toString('latin1', 0, 4) !== MAGIC) throw new Error('it does not begin with GGUF')
  const version = head.readUInt32LE(4)
  if (version < 2 || version > 3) throw new Error(`its version is ${version}, not 2 or 3`)
  const cursor: Cursor = { head, at: 16 }
  const count = readLength(cursor)
  const values = new Map<string, number | string>()
  for (let index = 0; index < count; index += 1) {
    const key = readText(cursor)
    if (key.startsWith(VOCABULARY_PREFIX)) break
    const value = readValue(cursor, readNumber(cursor, 4))
    if (value !== undefined) values.set(key, value)
  }
  return values
}

/** Where reading stands; every read moves it on. */
interface Cursor {
  readonly head: Buffer
  at: number
}

function readValue(cursor: Cursor, type: number): number | string | undefined {
  if (type === TEXT) return readText(cursor)
  if (type === LIST) return readList(cursor)
  return readNumber(cursor, type)
}

function readList(cursor: Cursor): number | string | undefined {
  const type = readNumber(cursor, 4)
  const count = readLength(cursor)
  let first: number | string | undefined
  for (let index = 0; index < count; index += 1) {
    const value = readValue(cursor, type)
    if (index === 0) first = value
  }
  return first
}

function readNumber(cursor: Cursor, type: number): number {
  const size = SIZES[type]
  if (size === undefined) throw new Error(`it holds a value of the unknown type ${type}`)
  const { head, at } = cursor
  cursor.at += size
  if (type === 6) return head.readFloatLE(at)
  if (type === 12) return head.readDoubleLE(at)
  if (size === 8) return Number(type === 11 ? head.readBigInt64LE(at) : head.readBigUInt64LE(at))
  return type === 1 || type === 3 || type === 5 ? head.readIntLE(at, size) : head.readUIntLE(at, size)
}

function readLength(cursor: Cursor): number {
  return readNumber(cursor, 10)
}

function readText(cursor: Cursor): string {
  const length = readLength(cursor)
  const { head, at } = cursor
  if (at + length > head.length) throw new RangeError('the text ends beyond what was read')
  cursor.at += length
  return head.toString('utf8', at, at + length)
}
