import { describe, expect, it } from 'vitest'
import type { Catalog } from '../../../domain/catalog/model.ts'
import { parseCatalog } from '../../../workers/catalog/parse-catalog.ts'
import { proposeVersion } from '../../../domain/optimisation/propose-version.ts'
import { sweptSettings } from '../../../domain/optimisation/candidates.ts'
import { toSubject, type TuningSubject } from '../../../domain/optimisation/subject.ts'

const VERSION = `
      - version: "2026-10"
        id: tiny
        endpoint: local
        weights: { uri: "generated:1" }
        contextWindow: 1024
        maxOutputTokens: 256
        capabilities: [json, seed]
        planning: numbered-lines
        profile: { quality: { default: 0.2, code: 0.1 }, latencyMs: 300 }
        price: { inputUsdPerMillionTokens: { base: 0.01, tiers: [{ fromInputTokens: 512, rate: 0.02 }] }, outputUsdPerMillionTokens: 0.08, perRequestUsd: 0.001 }
`

function catalogWith(more = ''): Catalog {
  return parseCatalog(
    `
endpoints:
  local: { kind: local, concurrency: 2 }
models:
  tiny:
    versions:${VERSION}${more}
tasks:
  default: { model: tiny, temperature: 0, maxOutputTokens: 64 }
`,
    { sourceName: 'catalog.yaml' },
  )
}

function subjectOf(catalog: Catalog): TuningSubject {
  const [version] = catalog.models['tiny']?.versions ?? []
  const subject = version === undefined ? undefined : toSubject(catalog, version)
  if (subject === undefined) throw new Error('the catalog has no tiny')
  return subject
}

describe('a proposal', () => {
  const catalog = catalogWith()
  const subject = subjectOf(catalog)

  it('is an entry that the catalog takes as it stands, with the same weights and only the setting changed', () => {
    const tuning = { ...subject.tuning, slots: 4, batchTokens: 128 }
    const { snippet, version, command } = proposeVersion(catalog, subject, tuning)
    expect(version).toBe('2026-10-s4-b128')
    expect(command).toBe('switchyard rollout start tiny 2026-10-s4-b128')
    const indented = (snippet ?? '').split('\n').map((line) => `      ${line}`)
    const after = catalogWith(`${indented.join('\n')}\n`)
    const [first, added] = after.models['tiny']?.versions ?? []
    expect(added).toEqual({ ...first, version, tuning })
    expect(added === undefined ? undefined : toSubject(after, added)?.tuning).toEqual(tuning)
    // With it there, nothing is to be added any more.
    expect(proposeVersion(after, subjectOf(after), tuning)).toEqual({ version, command })
  })

  it('names a setting once, however often a version was tuned', () => {
    const tuned = { ...subject, version: '2026-10' }
    const { version } = proposeVersion(catalog, tuned, { slots: 8 })
    expect(version).toBe('2026-10-s8')
  })

  it('is for the setting that the sweep has changed', () => {
    expect(sweptSettings('concurrency', subject, { tries: {} })).toEqual([
      { name: 'slots 1', tuning: { slots: 1 } },
      { name: 'slots 4', tuning: { slots: 4 } },
      { name: 'slots 8', tuning: { slots: 8 } },
    ])
    expect(sweptSettings('batch-size', subject, { tries: { batchTokens: [1, 1] } })).toEqual([
      { name: 'batchTokens 1', tuning: { slots: 2, batchTokens: 1 } },
    ])
    expect(sweptSettings('concurrency', subject, { tries: { slots: [2] } })).toEqual([])
  })
})

describe('the tuning of a version', () => {
  it('belongs to versions that a node loads itself', () => {
    const wrong = `
endpoints:
  host: { kind: openai, baseUrl: "http://127.0.0.1:1/v1" }
models:
  m:
    versions:
      - { id: m-2026-01-01, endpoint: host, contextWindow: 10, maxOutputTokens: 5, planning: json-schema, tuning: { slots: 2 }, price: { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 } }
tasks:
  default: { model: m, temperature: 0, maxOutputTokens: 5 }
`
    expect(() => parseCatalog(wrong, { sourceName: 'catalog.yaml' })).toThrow(
      /tuning: belongs to versions whose weights a node loads/,
    )
  })

  it('is checked field by field', () => {
    expect(() => parseCatalog(catalogText('tuning: { slots: 0 }'), { sourceName: 'c' })).toThrow(
      /tuning\.slots: must be a whole number of calls at once from 1 to 1024/,
    )
    expect(() => parseCatalog(catalogText('tuning: { speed: 2 }'), { sourceName: 'c' })).toThrow(/speed/)
  })
})

function catalogText(tuning: string): string {
  return `
endpoints:
  local: { kind: local }
models:
  tiny:
    versions:
      - version: v1
        id: tiny
        endpoint: local
        weights: { uri: "generated:1" }
        contextWindow: 1024
        maxOutputTokens: 256
        planning: numbered-lines
        price: { inputUsdPerMillionTokens: 0, outputUsdPerMillionTokens: 0 }
        ${tuning}
tasks:
  default: { model: tiny, temperature: 0, maxOutputTokens: 64 }
`
}
