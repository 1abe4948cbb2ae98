import type { TinyGgufOptions } from '../tiny-gguf.ts'

const SIZES = ['layers', 'width', 'contextLength'] as const

/** Reads `generated:<seed>?layers=2&width=64&contextLength=2048`; throws on what it does not know. */
export function parseGeneratedUri(uri: string): { options: TinyGgufOptions; fileName: string } {
  const [seed = '', query = ''] = uri.slice('generated:'.length).split('?')
  if (!/^[\w.-]+$/.test(seed))
    throw new Error(`Weights "${uri}": the seed must be letters, digits, ., _ or -.`)
  const sizes: Partial<Record<(typeof SIZES)[number], number>> = {}
  for (const [name, value] of new URLSearchParams(query)) {
    const known = SIZES.find((size) => size === name)
    if (known === undefined) throw new Error(`Weights "${uri}": ${name} is not one of ${SIZES.join(', ')}.`)
    if (!/^[1-9]\d{0,5}$/.test(value)) throw new Error(`Weights "${uri}": ${name} must be a whole number.`)
    sizes[known] = Number(value)
  }
  const suffix = SIZES.map((name) => (sizes[name] === undefined ? '' : `-${name}${sizes[name]}`)).join('')
  return { options: { seed, ...sizes }, fileName: `generated-${seed}${suffix}.gguf` }
}
