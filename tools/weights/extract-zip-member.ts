import { createWriteStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'

interface ZipMember {
  readonly method: number
  readonly compressedBytes: number
  readonly headerOffset: number
}

const END_SIGNATURE = 0x06054b50
const END_BYTES = 22
const LONGEST_COMMENT_BYTES = 0xffff
const CENTRAL_SIGNATURE = 0x02014b50
const CENTRAL_BYTES = 46
const LOCAL_SIGNATURE = 0x04034b50
const LOCAL_BYTES = 30
const STORED = 0
const DEFLATED = 8
/** Stands where the real number needs 64 bits. */
const ZIP64_MARK = 0xffffffff

/**
 * Writes one member of a zip file to `target`. Enough for Python wheels: stored or deflated, no encryption, below
 * 4 GB. The contents are not checked here: callers compare a SHA-256.
 */
export async function extractZipMember(zipPath: string, memberName: string, target: string): Promise<void> {
  const zip = await open(zipPath, 'r')
  try {
    const member = await findMember(zip, zipPath, memberName)
    const header = await read(zip, member.headerOffset, LOCAL_BYTES)
    if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw damaged(zipPath)
    // The local header's name and extra field may differ in length from the directory's.
    const start = member.headerOffset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
    const end = start + member.compressedBytes - 1
    const source = zip.createReadStream({ start, end, autoClose: false, highWaterMark: 1 << 20 })
    const output = createWriteStream(target)
    if (member.method === STORED) await pipeline(source, output)
    else if (member.method === DEFLATED) await pipeline(source, createInflateRaw(), output)
    else throw new Error(`${memberName} in ${zipPath} uses compression method ${member.method}`)
  } finally {
    await zip.close()
  }
}

async function findMember(zip: FileHandle, zipPath: string, memberName: string): Promise<ZipMember> {
  const directory = await readDirectory(zip, zipPath)
  let position = 0
  while (position + CENTRAL_BYTES <= directory.length) {
    if (directory.readUInt32LE(position) !== CENTRAL_SIGNATURE) throw damaged(zipPath)
    const nameEnd = position + CENTRAL_BYTES + directory.readUInt16LE(position + 28)
    if (directory.toString('utf8', position + CENTRAL_BYTES, nameEnd) === memberName) {
      return {
        method: directory.readUInt16LE(position + 10),
        compressedBytes: directory.readUInt32LE(position + 20),
        headerOffset: directory.readUInt32LE(position + 42),
      }
    }
    position = nameEnd + directory.readUInt16LE(position + 30) + directory.readUInt16LE(position + 32)
  }
  throw new Error(`${zipPath} has no member ${memberName}`)
}

async function readDirectory(zip: FileHandle, zipPath: string): Promise<Buffer> {
  const { size } = await zip.stat()
  const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT_BYTES)
  const tail = await read(zip, size - tailBytes, tailBytes)
  for (let position = tail.length - END_BYTES; position >= 0; position -= 1) {
    if (tail.readUInt32LE(position) !== END_SIGNATURE) continue
    const bytes = tail.readUInt32LE(position + 12)
    const offset = tail.readUInt32LE(position + 16)
    if (offset === ZIP64_MARK) throw new Error(`${zipPath} is a 64-bit zip file, which is not supported`)
    return read(zip, offset, bytes)
  }
  throw new Error(`${zipPath} is not a zip file`)
}

async function read(zip: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await zip.read(buffer, 0, length, position)
  if (bytesRead !== length) throw new Error('the zip file ends too early')
  return buffer
}

function damaged(zipPath: string): Error {
  return new Error(`${zipPath} is a damaged zip file`)
}
