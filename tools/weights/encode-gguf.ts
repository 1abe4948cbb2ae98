/** The kinds of metadata values that a small model needs. */
export type GgufValue =
  | { readonly uint32: number }
  | { readonly float32: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  | { readonly strings: readonly string[] }
  | { readonly int32s: readonly number[] }

export interface GgufTensor {
  readonly name: string
  /** The fastest-varying dimension first, as GGUF has it. */
  readonly shape: readonly number[]
  readonly values: Float32Array
}

const VERSION = 3
const ALIGNMENT = 32
const F32 = 0
/** From the format's specification. */
const TYPES = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 } as const

/** Encodes a GGUF file, version 3, with 32-bit float tensors. */
export function encodeGguf(metadata: ReadonlyMap<string, GgufValue>, tensors: readonly GgufTensor[]): Buffer {
  const parts: Buffer[] = [
    Buffer.from('GGUF'),
    uint32(VERSION),
    uint64(tensors.length),
    uint64(metadata.size),
  ]
  for (const [key, value] of metadata) parts.push(text(key), ...encodeValue(value))
  let offset = 0
  for (const { name, shape, values } of tensors) {
    parts.push(
      text(name),
      uint32(shape.length),
      ...shape.map((size) => uint64(size)),
      uint32(F32),
      uint64(offset),
    )
    offset += aligned(values.byteLength)
  }
  const header = Buffer.concat(parts)
  const data = tensors.map(({ values }) =>
    padded(Buffer.from(values.buffer, values.byteOffset, values.byteLength)),
  )
  return Buffer.concat([padded(header), ...data])
}

function encodeValue(value: GgufValue): Buffer[] {
  if ('uint32' in value) return [uint32(TYPES.uint32), uint32(value.uint32)]
  if ('float32' in value) return [uint32(TYPES.float32), float32(value.float32)]
  if ('bool' in value) return [uint32(TYPES.bool), Buffer.from([value.bool ? 1 : 0])]
  if ('string' in value) return [uint32(TYPES.string), text(value.string)]
  if ('strings' in value)
    return [...arrayHead(TYPES.string, value.strings), ...value.strings.map((each) => text(each))]
  return [...arrayHead(TYPES.int32, value.int32s), ...value.int32s.map((each) => uint32(each))]
}

function arrayHead(type: number, values: readonly unknown[]): Buffer[] {
  return [uint32(TYPES.array), uint32(type), uint64(values.length)]
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint64(bytes.length), bytes])
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeUInt32LE(value)
  return buffer
}

function uint64(value: number): Buffer {
  const buffer = Buffer.alloc(8)
  buffer.writeBigUInt64LE(BigInt(value))
  return buffer
}

function float32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeFloatLE(value)
  return buffer
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
}

function padded(buffer: Buffer): Buffer {
  return Buffer.concat([buffer], aligned(buffer.length))
}
