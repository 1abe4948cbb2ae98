import { beforeAll, describe, expect, it } from 'vitest'
import { DefaultLogger } from '@temporalio/worker'
import { buildWorkflowBundle } from '../../workers/workflow-bundle.ts'
import { fileURLToPath } from 'node:url'
import { relative } from 'node:path'
import { z } from 'zod'

let modules: readonly string[] = []

beforeAll(async () => {
  modules = bundledModules(await buildWorkflowBundle(new DefaultLogger('ERROR')))
})

describe('the workflow bundle', () => {
  it('holds the workflows and the rules they use', () => {
    expect(modules).toContain('workflows/model-call.ts')
    expect(modules).toContain('workflows/task-run.ts')
    expect(modules).toContain('domain/attempts/next-step.ts')
  })

  it.each(['activities', 'providers', 'store', 'payloads', 'workers', 'client', 'cli', 'tools'])(
    'holds no code of %s',
    (folder) => {
      expect(modules.filter((module) => module.startsWith(`${folder}/`))).toEqual([])
    },
  )

  it('holds no packages but those that may run in a workflow', () => {
    const packages = new Set(modules.flatMap((module) => packageOf(module) ?? []))
    expect([...packages].filter((name) => !ALLOWED_PACKAGES.test(name)).toSorted()).toEqual([])
  })
})

/** Temporal's own and what they stand on. A schema library would cost a megabyte in each cached workflow. */
const ALLOWED_PACKAGES = /^(@temporalio\/(common|workflow|workflow-streams)|nexus-rpc|ms|long)$/

const sourceMapSchema = z.object({ sources: z.array(z.string()) })

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Paths within the repository, from the source map at the bundle's end. */
function bundledModules(code: string): readonly string[] {
  const [, encoded = ''] = code.split('sourceMappingURL=data:application/json;charset=utf-8;base64,')
  const json = Buffer.from(encoded, 'base64').toString('utf8')
  const { sources } = sourceMapSchema.parse(JSON.parse(json))
  return sources.map((source) => relative(ROOT, source))
}

function packageOf(module: string): string | undefined {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1]
}
