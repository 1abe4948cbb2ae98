import { dirname, join, relative } from 'node:path'
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The folders of the house, as the architecture names them. */
const FOLDERS = [
  'domain',
  'payloads',
  'providers',
  'store',
  'activities',
  'workflows',
  'client',
  'gateway',
  'cli',
  'workers',
  'tools',
] as const
export type Folder = (typeof FOLDERS)[number]

export interface ImportStatement {
  /** A path within the repository, `node:fs`, or a package's name. */
  readonly target: string
  /** Gone at run time. */
  readonly isTypeOnly: boolean
}

export interface SourceFile {
  /** From the repository's top. */
  readonly path: string
  readonly folder: Folder
  /** Without comments. */
  readonly code: string
  readonly imports: readonly ImportStatement[]
}

/** All source files of the house; tests and benches are not part of it. */
export function readSourceFiles(): readonly SourceFile[] {
  return FOLDERS.flatMap((folder) => sourcePaths(folder).map((path) => readSourceFile(folder, path)))
}

function sourcePaths(folder: Folder): readonly string[] {
  try {
    return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.m?[jt]s$/.test(name) && !name.endsWith('.d.mts') && !name.includes('node_modules'))
      .map((name) => join(folder, name))
      .toSorted()
  } catch {
    // Not built yet.
    return []
  }
}

function readSourceFile(folder: Folder, path: string): SourceFile {
  const code = withoutComments(readFileSync(join(ROOT, path), 'utf8'))
  return { path, folder, code, imports: parseImports(code, path) }
}

/** Drops comments that begin a line or follow a blank; text in strings is left alone by that. */
function withoutComments(source: string): string {
  return source.replaceAll(/(^|\s)\/\*[\s\S]*?\*\//g, '$1').replaceAll(/(^|\s)\/\/.*$/gm, '$1')
}

const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\sfrom\s+)?['"]([^'"]+)['"]/gm
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]/g

/** Static imports, re-exports and dynamic imports of one file. */
export function parseImports(code: string, path: string): readonly ImportStatement[] {
  const statements = [...code.matchAll(STATEMENT)].map(([, type, target = '']) => ({
    target: resolveTarget(target, path),
    isTypeOnly: type !== undefined,
  }))
  const dynamic = [...code.matchAll(DYNAMIC)].map(([, target = '']) => ({
    target: resolveTarget(target, path),
    isTypeOnly: false,
  }))
  return [...statements, ...dynamic]
}

function resolveTarget(target: string, path: string): string {
  if (!target.startsWith('.')) return target
  return relative(ROOT, join(ROOT, dirname(path), target))
}
