import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipFile {
  readonly name: string
  readonly content: Buffer
  readonly isStored?: boolean
}

/** Writes a zip file as the specification has it, with an extra field in the local headers only. */
export function zipOf(files: readonly ZipFile[], comment = ''): Buffer {
  const extra = Buffer.from([0x99, 0x99, 2, 0, 1, 2])
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, content, isStored = false } of files) {
    const data = isStored ? content : deflateRawSync(content)
    const fields = describe(content, data, isStored)
    const local = Buffer.concat([head('PK\u0003\u0004', [20, 0]), fields, sizes(name, extra.length)])
    const localEntry = Buffer.concat([local, Buffer.from(name), extra, data])
    const central = Buffer.concat([
      head('PK\u0001\u0002', [20, 20, 0]),
      fields,
      sizes(name, 0),
      Buffer.alloc(10),
    ])
    directory.push(central, uint32(offset), Buffer.from(name))
    locals.push(localEntry)
    offset += localEntry.length
  }
  const listing = Buffer.concat(directory)
  const count = files.length
  const end = Buffer.concat([
    head('PK\u0005\u0006', [0, 0, count, count]),
    uint32(listing.length),
    uint32(offset),
  ])
  return Buffer.concat([...locals, listing, end, uint16(comment.length), Buffer.from(comment)])
}

function describe(content: Buffer, data: Buffer, isStored: boolean): Buffer {
  const method = Buffer.concat([uint16(isStored ? 0 : 8), uint32(0)])
  return Buffer.concat([method, uint32(crc32(content)), uint32(data.length), uint32(content.length)])
}

function sizes(name: string, extraBytes: number): Buffer {
  return Buffer.concat([uint16(Buffer.byteLength(name)), uint16(extraBytes)])
}

function head(signature: string, numbers: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from(signature, 'latin1'), ...numbers.map((number) => uint16(number))])
}

function uint16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeUInt16LE(value)
  return buffer
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}
