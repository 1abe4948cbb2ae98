import { findWeights } from '../../tools/demo-weights.ts'
import { hashFile } from '../../tools/weights/verify-file.ts'
import type { WeightsSource } from '../../domain/catalog/model.ts'

/** SHA-256 of weights in lower-case hex; `undefined` where they do not lie on this machine. */
export async function hashWeights(source: WeightsSource): Promise<string | undefined> {
  const path = await findWeights(source).catch(() => undefined)
  return path === undefined ? undefined : hashFile(path)
}
