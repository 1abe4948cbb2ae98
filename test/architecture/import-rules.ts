import type { Folder, ImportStatement, SourceFile } from './source-files.ts'

interface ImportRule {
  /** What may be imported: folders and files of the house, packages, `node:*`. */
  readonly values: RegExp
  /** What may be imported as types besides. */
  readonly types?: RegExp
}

const NODE = String.raw`node:.+`

/** The table of the architecture page. A folder may always import from itself. */
const IMPORT_RULES: Readonly<Record<Folder, ImportRule>> = {
  domain: { values: only() },
  payloads: { values: only('domain/.+', '@temporalio/common', NODE) },
  providers: {
    values: only(
      'domain/.+',
      'openai(/.+)?',
      '@anthropic-ai/sdk(/.+)?',
      'node-llama-cpp',
      'undici',
      'zod',
      NODE,
    ),
  },
  store: { values: only('domain/.+', 'drizzle-orm(/.+)?', 'pg', '@electric-sql/pglite(/.+)?', NODE) },
  activities: {
    values: only('domain/.+', '@temporalio/activity', '@temporalio/workflow-streams(/.+)?'),
    types: only('(providers|store|payloads)/.+'),
  },
  workflows: {
    values: only('domain/.+', '@temporalio/workflow', '@temporalio/workflow-streams/workflow'),
    types: only('activities/.+'),
  },
  client: {
    values: only(
      String.raw`workflows/contract\.ts`,
      '(domain|payloads)/.+',
      '@temporalio/(client|envconfig)',
      '@temporalio/workflow-streams(/.+)?',
      '@opentelemetry/api',
      'zod',
      NODE,
    ),
    types: only('workflows/.+'),
  },
  gateway: { values: only('(client|domain)/.+', 'zod', 'hono(/.+)?', 'fastify', NODE) },
  cli: {
    values: only(
      '(client|domain|tools)/.+',
      String.raw`workers/dev(-settings)?\.ts`,
      'commander',
      'log-update',
      'picocolors',
      'yaml',
      NODE,
    ),
  },
  workers: { values: /^(?!client\/|cli\/|gateway\/|test\/|bench\/)/ },
  tools: { values: only('domain/.+', '@temporalio/(client|common)', 'zod', NODE) },
}

/** The sentence about an import that the table does not allow, or `undefined`. */
export function explainImport(file: SourceFile, statement: ImportStatement): string | undefined {
  const { target, isTypeOnly } = statement
  const rule = IMPORT_RULES[file.folder]
  const isAllowed =
    target.startsWith(`${file.folder}/`) ||
    rule.values.test(target) ||
    (isTypeOnly && rule.types?.test(target) === true)
  if (isAllowed) return undefined
  return `${file.path} must not import ${target}${isTypeOnly ? '' : ', or only its types'}`
}

/** The first import cycle among the files, as a chain of paths, or `undefined`. */
export function findCycle(files: readonly SourceFile[]): readonly string[] | undefined {
  const targets = new Map(files.map(({ path, imports }) => [path, imports.map(({ target }) => target)]))
  const finished = new Set<string>()
  const visit = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (finished.has(path)) return undefined
    for (const target of targets.get(path) ?? []) {
      const cycle = visit(target, [...trail, path])
      if (cycle !== undefined) return cycle
    }
    finished.add(path)
    return undefined
  }
  for (const path of targets.keys()) {
    const cycle = visit(path, [])
    if (cycle !== undefined) return cycle
  }
  return undefined
}

function only(...targets: readonly string[]): RegExp {
  return targets.length === 0 ? /^(?!)/ : new RegExp(`^(${targets.join('|')})$`)
}
