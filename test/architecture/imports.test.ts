import { describe, expect, it } from 'vitest'
import { explainImport, findCycle } from './import-rules.ts'
import { parseImports, readSourceFiles, type SourceFile } from './source-files.ts'

const files = readSourceFiles()

describe('the house', () => {
  it('is there', () => {
    expect(new Set(files.map(({ folder }) => folder)).size).toBeGreaterThanOrEqual(9)
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(files.length)
  })

  it('imports only along the arrows of the architecture', () => {
    const violations = files.flatMap((file) =>
      file.imports.flatMap((statement) => explainImport(file, statement) ?? []),
    )
    expect(violations).toEqual([])
  })

  it('has no import cycle, not even of types', () => {
    expect(findCycle(files)).toBeUndefined()
  })

  it('reads the environment in workers/config.ts and in tools only', () => {
    const readers = files.filter(({ code }) => /\bprocess\s*\.\s*env\b|\bprocess\s*\[/.test(code))
    expect(
      readers
        .map(({ path }) => path)
        .filter((path) => path !== 'workers/config.ts' && !path.startsWith('tools/')),
    ).toEqual([])
  })

  it('keeps no state in the modules of workflows, which all workflows of a worker share', () => {
    const variable = /^(?:export )?(?:let|var) |^\s+static (?!readonly)(?!#?\w+[(<])/m
    const collection =
      /^(?:export )?const \w+(?:: (?:Weak)?(?:Map|Set|Record)<[^=]+)? = (?:new (?:Weak)?(?:Map|Set)\b|\[\]|\{\}$)/m
    const stateful = files.filter(
      ({ folder, code }) =>
        (folder === 'domain' || folder === 'workflows') && (variable.test(code) || collection.test(code)),
    )
    expect(stateful.map(({ path }) => path)).toEqual([])
  })

  it('keeps the rules of domain free of clock, chance and process', () => {
    const impure = files.filter(
      ({ folder, code }) =>
        folder === 'domain' && /\b(Date|Math\.random|(?<!e-)process|performance)\b/.test(code),
    )
    expect(impure.map(({ path }) => path)).toEqual([])
  })

  it('has no file over 300 lines and a median of at most 80', () => {
    const lengths = files.map(({ code }) => code.split('\n').length).toSorted((left, right) => left - right)
    expect(lengths.at(-1)).toBeLessThanOrEqual(300)
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80)
  })
})

describe('the check itself', () => {
  it('sees every form of import', () => {
    const code = [
      `import 'node:fs'`,
      `import { a } from './a.ts'`,
      `import {`,
      `  b,`,
      `} from "../store/b.ts"`,
      `import type { C } from '@temporalio/common'`,
      `export { d } from './d.ts'`,
      `export type { E } from './e.ts'`,
      `import * as f from 'f'`,
      `const g = await import('g')`,
    ].join('\n')
    expect(parseImports(code, 'domain/x.ts')).toEqual([
      { target: 'node:fs', isTypeOnly: false },
      { target: 'domain/a.ts', isTypeOnly: false },
      { target: 'store/b.ts', isTypeOnly: false },
      { target: '@temporalio/common', isTypeOnly: true },
      { target: 'domain/d.ts', isTypeOnly: false },
      { target: 'domain/e.ts', isTypeOnly: true },
      { target: 'f', isTypeOnly: false },
      { target: 'g', isTypeOnly: false },
    ])
  })

  it('refuses arrows upwards, and values where only types may go', () => {
    expect(refused('domain/x.ts', 'node:crypto')).toBe(true)
    expect(refused('activities/x.ts', 'store/ledger.ts')).toBe(true)
    expect(refused('activities/x.ts', 'store/ledger.ts', true)).toBe(false)
    expect(refused('workflows/x.ts', 'zod')).toBe(true)
    expect(refused('workflows/inputs/x.ts', 'zod')).toBe(true)
    expect(refused('workers/x.ts', 'client/switchyard.ts')).toBe(true)
    expect(refused('cli/x.ts', 'workers/dev.ts')).toBe(false)
    expect(refused('cli/x.ts', 'workers/config.ts')).toBe(true)
  })

  it('finds a cycle', () => {
    const loop = [sourceFile('domain/a.ts', 'domain/b.ts'), sourceFile('domain/b.ts', 'domain/a.ts')]
    expect(findCycle(loop)).toEqual(['domain/a.ts', 'domain/b.ts', 'domain/a.ts'])
  })
})

function refused(path: string, target: string, isTypeOnly = false): boolean {
  return explainImport(sourceFile(path), { target, isTypeOnly }) !== undefined
}

function sourceFile(path: string, ...targets: readonly string[]): SourceFile {
  const folder = path.split('/')[0]
  const found = (['domain', 'activities', 'workflows', 'workers', 'cli'] as const).find(
    (name) => name === folder,
  )
  if (found === undefined) throw new Error(`no folder ${folder}`)
  return { path, folder: found, code: '', imports: targets.map((target) => ({ target, isTypeOnly: false })) }
}
