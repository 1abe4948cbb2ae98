import { parse, stringify } from 'yaml'

const SMALL_CATALOG = `
endpoints:
  own:
    kind: local
  vendor:
    kind: openai
    apiKeyVariable: OPENAI_API_KEY
models:
  chat-small:
    versions:
      - version: v1
        id: tiny
        endpoint: own
        weights: {uri: "generated:1"}
        contextWindow: 512
        maxOutputTokens: 128
        planning: numbered-lines
        price: {inputUsdPerMillionTokens: 0.5, outputUsdPerMillionTokens: 1}
  chat-large:
    versions:
      - id: gpt-4.1-2025-04-14
        endpoint: vendor
        contextWindow: 1000000
        maxOutputTokens: 32768
        planning: json-schema
tasks:
  default:
    model: chat-large
    fallbacks: [chat-small]
    temperature: 0.5
    maxOutputTokens: 256
    targets: {cost: chat-small}
`

/** A valid catalog as YAML; `changes` replaces values by their dotted paths, `undefined` removes them. */
export function smallCatalog(changes: Readonly<Record<string, unknown>> = {}): string {
  const document: unknown = parse(SMALL_CATALOG)
  for (const [path, value] of Object.entries(changes)) setAt(document, path.split('.'), value)
  return stringify(document)
}

function setAt(target: unknown, path: readonly string[], value: unknown): void {
  const [key, ...rest] = path
  if (typeof target !== 'object' || target === null || key === undefined) {
    throw new Error(`the small catalog has no ${path.join('.')}`)
  }
  if (rest.length > 0) setAt(Reflect.get(target, key), rest, value)
  else if (value === undefined) Reflect.deleteProperty(target, key)
  else Reflect.set(target, key, value)
}
