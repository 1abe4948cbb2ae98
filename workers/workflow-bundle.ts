import { type BundleOptions, type Logger, type WorkerOptions, bundleWorkflowCode } from '@temporalio/worker'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dirname, join } from 'node:path'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const WORKFLOWS_PATH = join(ROOT, 'workflows', 'index.ts')
const DEFAULT_CACHE_DIR = join(ROOT, 'node_modules', '.cache', 'switchyard')

/** Folders whose code can be in the bundle. */
const SOURCE_FOLDERS = ['workflows', 'domain']

const KEPT_FOR_MS = 24 * 3_600_000

export type WorkflowBundle = NonNullable<WorkerOptions['workflowBundle']>

export interface WorkflowBundleOptions {
  readonly logger: Logger
  /** Default: `node_modules/.cache/switchyard`. */
  readonly cacheDir?: string
}

/**
 * The workflow code as one script. Bundling takes a second or more, so the result is kept on disk under a hash
 * of the workflow sources, of this file and the installed packages.
 */
export async function loadWorkflowBundle(options: WorkflowBundleOptions): Promise<WorkflowBundle> {
  const cacheDir = options.cacheDir ?? DEFAULT_CACHE_DIR
  const codePath = join(cacheDir, `workflow-bundle-${await hashSources()}.js`)
  if (existsSync(codePath)) return { codePath }
  const code = await buildWorkflowBundle(options.logger)
  if (!(await keepFile(codePath, code))) return { code }
  await dropOldBundles(cacheDir)
  return { codePath }
}

/** Bundles the workflows afresh. The script ends with its source map. */
export async function buildWorkflowBundle(logger: Logger): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: WORKFLOWS_PATH,
    // One instance for all workflows of a worker instead of one for each: its functions stay compiled, and a cached workflow
    // takes a tenth of the memory. So no module may hold state; the SDK freezes what they export.
    preloadModules: [WORKFLOWS_PATH],
    logger,
    webpackConfigHook: (config) => keepSyntax(mergeModules(config)),
  })
  return code
}

type ConfigHook = NonNullable<BundleOptions['webpackConfigHook']>

/** One large module takes half as long to run as 150, and calls within it go straight to their functions. */
const mergeModules: ConfigHook = (config) => ({
  ...config,
  optimization: {
    ...config.optimization,
    concatenateModules: true,
    providedExports: true,
    usedExports: true,
    sideEffects: true,
  },
})

/** The Node that bundles is the one that runs: its own spread and private fields are faster than what stands in for them. */
const keepSyntax: ConfigHook = (config) => ({
  ...config,
  module: { ...config.module, rules: config.module?.rules?.map(withTarget) ?? [] },
})

type Rules = NonNullable<NonNullable<ReturnType<ConfigHook>['module']>['rules']>

/** The SDK's rule for TypeScript has one loader, swc, whose target is older. */
function withTarget(rule: Rules[number]): Rules[number] {
  if (typeof rule !== 'object' || rule === null || typeof rule.use !== 'object' || Array.isArray(rule.use)) {
    return rule
  }
  const { options } = rule.use
  if (typeof options !== 'object' || !('jsc' in options) || typeof options['jsc'] !== 'object') return rule
  return {
    ...rule,
    use: { ...rule.use, options: { ...options, jsc: { ...options['jsc'], target: 'es2022' } } },
  }
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256')
  // The lockfile stands for the SDK and everything else that is installed.
  hash.update(await readFile(join(ROOT, 'package-lock.json')))
  hash.update(await readFile(fileURLToPath(import.meta.url)))
  const files = await Promise.all(SOURCE_FOLDERS.map((folder) => sourceFiles(folder)))
  for (const file of files.flat().toSorted()) {
    hash.update(`\0${file}\0`)
    // oxlint-disable-next-line no-await-in-loop -- the order is part of the hash
    hash.update(await readFile(join(ROOT, file)))
  }
  return hash.digest('hex').slice(0, 16)
}

async function sourceFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true })
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name))
}

/** Writes beside the target and renames: another process never reads half a file. A read-only disk is no error. */
async function keepFile(path: string, text: string): Promise<boolean> {
  const partial = `${path}.${process.pid}.partial`
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(partial, text)
    await rename(partial, path)
    return true
  } catch {
    await rm(partial, { force: true }).catch(() => {})
    return false
  }
}

/** Bundles of other sources go after a day: until then another worker may still start from one. */
async function dropOldBundles(cacheDir: string): Promise<void> {
  const names = (await readdir(cacheDir)).filter((name) => name.startsWith('workflow-bundle-'))
  // Another process may drop the same file.
  await Promise.allSettled(names.map((name) => dropOld(join(cacheDir, name))))
}

async function dropOld(path: string): Promise<void> {
  const { mtimeMs } = await stat(path)
  if (Date.now() - mtimeMs > KEPT_FOR_MS) await rm(path, { force: true })
}
