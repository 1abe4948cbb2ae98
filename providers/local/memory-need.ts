import { stat } from 'node:fs/promises'
import { type GgufHeader, readGgufHeader } from './gguf-header.ts'

export interface ContextNeed {
  /** Generations at the same time, each with a context of its own. */
  readonly slots: number
  /** Tokens of one slot's context. */
  readonly contextSize: number
}

/** Keys and values are kept as 16-bit floats. */
const CACHE_ELEMENT_BYTES = 2

/**
 * What a GGUF file takes once it is loaded, in bytes: its weights, and keys and values of all slots' contexts. Reads the
 * file's head and loads nothing. The engine reckons more exactly when it loads; this is for choosing where.
 * @throws Error when the file cannot be read
 */
export async function estimateMemoryNeed(path: string, context: ContextNeed): Promise<number> {
  const [{ size }, header] = await Promise.all([stat(path), readGgufHeader(path)])
  return size + contextBytes(header, context)
}

function contextBytes(header: GgufHeader, { slots, contextSize }: ContextNeed): number {
  const architecture = String(header.get('general.architecture') ?? '')
  const read = (key: string): number => Number(header.get(`${architecture}.${key}`) ?? 0)
  const heads = read('attention.head_count')
  const headSize = heads === 0 ? 0 : read('embedding_length') / heads
  const keySize = read('attention.key_length') || headSize
  const valueSize = read('attention.value_length') || headSize
  const cachedHeads = read('attention.head_count_kv') || heads
  const elementsPerToken = read('block_count') * cachedHeads * (keySize + valueSize)
  return Math.ceil(elementsPerToken * CACHE_ELEMENT_BYTES * contextSize * slots)
}
