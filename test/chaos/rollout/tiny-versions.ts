import { join } from 'node:path'
import { hashFile } from '../../../tools/weights/verify-file.ts'
import { type TinyGgufOptions, writeTinyGguf } from '../../../tools/tiny-gguf.ts'

/** Weights on the disk, as a catalog names them. */
export interface GeneratedWeights {
  readonly path: string
  readonly sha256: string
}

/** Three small models of the same make, and one with 250 times as many weights: a token takes it 10 times as long. */
const MODELS = {
  v1: { seed: 'rollout-1' },
  v2: { seed: 'rollout-2' },
  loose: { seed: 'rollout-3' },
  slow: { seed: 'rollout-slow', layers: 8, width: 512 },
} as const satisfies Readonly<Record<string, TinyGgufOptions>>

export type TinyVersion = keyof typeof MODELS

/** Writes the weights of a version. The same ones every time. */
export async function writeWeights(folder: string, version: TinyVersion): Promise<GeneratedWeights> {
  const path = join(folder, `${version}.gguf`)
  await writeTinyGguf(path, MODELS[version])
  return { path, sha256: await hashFile(path) }
}
