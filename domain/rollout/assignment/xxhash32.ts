const PRIME_1 = 0x9e3779b1
const PRIME_2 = 0x85ebca77
const PRIME_3 = 0xc2b2ae3d
const PRIME_4 = 0x27d4eb2f
const PRIME_5 = 0x165667b1

const STRIPE_BYTES = 16

/** XXH32 of some bytes, as its specification has it (Yann Collet): an unsigned 32-bit number. */
export function xxhash32(bytes: Uint8Array, seed: number): number {
  let offset = 0
  let hash = (seed + PRIME_5) >>> 0
  if (bytes.length >= STRIPE_BYTES) {
    const lanes: Lanes = [seed + PRIME_1 + PRIME_2, seed + PRIME_2, seed, seed - PRIME_1]
    for (; offset + STRIPE_BYTES <= bytes.length; offset += STRIPE_BYTES) mixStripe(lanes, bytes, offset)
    const [first, second, third, fourth] = lanes
    hash = rotate(first, 1) + rotate(second, 7) + rotate(third, 12) + rotate(fourth, 18)
  }
  return avalanche(mixRest((hash + bytes.length) >>> 0, bytes, offset))
}

type Lanes = [number, number, number, number]

function mixStripe(lanes: Lanes, bytes: Uint8Array, offset: number): void {
  lanes[0] = round(lanes[0], word(bytes, offset))
  lanes[1] = round(lanes[1], word(bytes, offset + 4))
  lanes[2] = round(lanes[2], word(bytes, offset + 8))
  lanes[3] = round(lanes[3], word(bytes, offset + 12))
}

function mixRest(start: number, bytes: Uint8Array, from: number): number {
  let [hash, offset] = [start, from]
  for (; offset + 4 <= bytes.length; offset += 4)
    hash = Math.imul(rotate(hash + Math.imul(word(bytes, offset), PRIME_3), 17), PRIME_4)
  for (; offset < bytes.length; offset++)
    hash = Math.imul(rotate(hash + Math.imul(bytes[offset] ?? 0, PRIME_5), 11), PRIME_1)
  return hash
}

function round(lane: number, input: number): number {
  return Math.imul(rotate(lane + Math.imul(input, PRIME_2), 13), PRIME_1)
}

function avalanche(start: number): number {
  let hash = start
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2)
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3)
  return (hash ^ (hash >>> 16)) >>> 0
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

/** Four bytes, the lowest first. */
function word(bytes: Uint8Array, offset: number): number {
  const [first = 0, second = 0, third = 0, fourth = 0] = [
    bytes[offset],
    bytes[offset + 1],
    bytes[offset + 2],
    bytes[offset + 3],
  ]
  return first | (second << 8) | (third << 16) | (fourth << 24)
}
