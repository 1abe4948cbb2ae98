import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { encodeGguf, type GgufTensor, type GgufValue } from './weights/encode-gguf.ts'
import {
  byteVocabulary,
  CHATML_TEMPLATE,
  TOKEN_TYPES,
  type ByteVocabulary,
} from './weights/byte-vocabulary.ts'
import { createSeededRandom } from './weights/seeded-random.ts'

export interface TinyGgufOptions {
  /** Any text; two seeds give two different models. */
  readonly seed: string | number
  /** 2 by default. */
  readonly layers?: number
  /** Embedding length, a multiple of 16; 64 by default. */
  readonly width?: number
  /** In tokens (one token is one byte); 2,048 by default. */
  readonly contextLength?: number
}

const HEADS = 4
const RMS_EPSILON = 1e-5
/** The residual stream's first element is kept at this value: what the output reads as a constant. */
const CONSTANT = 2

/**
 * Writes a real, loadable llama model of random weights, about 0.45 MB by default. It answers with printable
 * gibberish: for tests of everything but the quality of answers. The same options give the same bytes.
 */
export async function writeTinyGguf(path: string, options: TinyGgufOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const part = `${path}.part-${process.pid}`
  await writeFile(part, encodeTinyGguf(options))
  await rename(part, path)
}

/** The bytes of that file. */
export function encodeTinyGguf({
  seed,
  layers = 2,
  width = 64,
  contextLength = 2_048,
}: TinyGgufOptions): Buffer {
  if (!Number.isInteger(layers) || layers < 1)
    throw new RangeError(`layers must be at least 1, not ${layers}`)
  if (!Number.isInteger(width) || width < 16 || width % 16 !== 0) {
    throw new RangeError(`width must be a multiple of 16, not ${width}`)
  }
  const vocabulary = byteVocabulary()
  const metadata = describeModel({ seed, layers, width, contextLength }, vocabulary)
  return encodeGguf(metadata, makeTensors(String(seed), layers, width, vocabulary))
}

function describeModel(
  { seed, layers, width, contextLength }: Required<TinyGgufOptions>,
  { tokens, types, endOfTurn, endOfText }: ByteVocabulary,
): ReadonlyMap<string, GgufValue> {
  return new Map<string, GgufValue>([
    ['general.architecture', { string: 'llama' }],
    ['general.name', { string: `tiny random llama, seed ${seed}` }],
    ['llama.block_count', { uint32: layers }],
    ['llama.context_length', { uint32: contextLength }],
    ['llama.embedding_length', { uint32: width }],
    ['llama.feed_forward_length', { uint32: width * 2 }],
    ['llama.attention.head_count', { uint32: HEADS }],
    ['llama.attention.head_count_kv', { uint32: HEADS }],
    ['llama.attention.layer_norm_rms_epsilon', { float32: RMS_EPSILON }],
    ['llama.rope.dimension_count', { uint32: width / HEADS }],
    ['llama.vocab_size', { uint32: tokens.length }],
    ['tokenizer.ggml.model', { string: 'gpt2' }],
    ['tokenizer.ggml.pre', { string: 'gpt-2' }],
    ['tokenizer.ggml.tokens', { strings: tokens }],
    ['tokenizer.ggml.token_type', { int32s: types }],
    ['tokenizer.ggml.merges', { strings: [] }],
    ['tokenizer.ggml.bos_token_id', { uint32: endOfText }],
    ['tokenizer.ggml.eos_token_id', { uint32: endOfTurn }],
    ['tokenizer.ggml.padding_token_id', { uint32: endOfText }],
    ['tokenizer.ggml.add_bos_token', { bool: false }],
    ['tokenizer.chat_template', { string: CHATML_TEMPLATE }],
  ])
}

function makeTensors(seed: string, layers: number, width: number, vocabulary: ByteVocabulary): GgufTensor[] {
  const random = createSeededRandom(createHash('sha256').update(`tiny-gguf ${seed}`).digest())
  const scale = 1 / Math.sqrt(width)
  const normal = (name: string, columns: number, rows: number): GgufTensor => ({
    name,
    shape: [columns, rows],
    values: Float32Array.from({ length: columns * rows }, () => random.normal() * scale),
  })
  const embedding = normal('token_embd.weight', width, vocabulary.tokens.length)
  const output = normal('output.weight', width, vocabulary.tokens.length)
  for (let token = 0; token < vocabulary.tokens.length; token += 1) {
    embedding.values[token * width] = CONSTANT
    output.values[token * width] = preferenceFor(token, vocabulary)
  }
  const blocks = Array.from({ length: layers }, (_, layer) => makeBlock(`blk.${layer}`, width, normal))
  return [embedding, ...blocks.flat(), ones('output_norm.weight', width), output]
}

type MakeTensor = (name: string, columns: number, rows: number) => GgufTensor

function makeBlock(name: string, width: number, normal: MakeTensor): GgufTensor[] {
  const attention = ['attn_q', 'attn_k', 'attn_v'].map((part) =>
    normal(`${name}.${part}.weight`, width, width),
  )
  const attentionOutput = normal(`${name}.attn_output.weight`, width, width)
  const feedForwardOutput = normal(`${name}.ffn_down.weight`, width * 2, width)
  // Nothing is added to the first element, so that it stays constant from the embedding to the output.
  attentionOutput.values.fill(0, 0, width)
  feedForwardOutput.values.fill(0, 0, width * 2)
  return [
    ones(`${name}.attn_norm.weight`, width),
    ...attention,
    attentionOutput,
    ones(`${name}.ffn_norm.weight`, width),
    normal(`${name}.ffn_gate.weight`, width, width * 2),
    normal(`${name}.ffn_up.weight`, width, width * 2),
    feedForwardOutput,
  ]
}

function ones(name: string, width: number): GgufTensor {
  return { name, shape: [width], values: new Float32Array(width).fill(1) }
}

/** Raises printable bytes above the rest, so that answers are valid text; the end of a turn comes now and then. */
function preferenceFor(token: number, { types, endOfTurn }: ByteVocabulary): number {
  const isPrintable = types[token] === TOKEN_TYPES.normal && token >= 0x20 && token < 0x7f
  if (isPrintable) return 3
  return token === endOfTurn ? 2.7 : -3
}
