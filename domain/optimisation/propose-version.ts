import type { Catalog, ModelVersion } from '../catalog/model.ts'
import { type HostTuning, isSameTuning, TUNING_FIELDS, type TuningField } from '../catalog/host-tuning.ts'
import type { Price, TokenRate } from '../catalog/price.ts'
import type { Proposal } from './result.ts'
import { toSubject, type TuningSubject } from './subject.ts'

/** The shortest of each field in the name of a version. */
const SHORT: Readonly<Record<TuningField, string>> = {
  slots: 's',
  batchTokens: 'b',
  threads: 't',
  warmUpTokens: 'w',
}

const NANO_USD = 1_000_000_000
const LONGEST_NAME = 64

/**
 * How a better setting gets into service: as another version with the same weights, which a rollout moves traffic to. Where
 * the catalog has such a version the proposal names it, otherwise it holds what is to be added, in the catalog's own form.
 */
export function proposeVersion(
  catalog: Catalog,
  subject: TuningSubject,
  tuning: TuningSubject['tuning'],
): Proposal {
  const { model } = subject
  const versions = catalog.models[model]?.versions ?? []
  const version = versions.find((other) => other.version === subject.version)
  if (version === undefined) throw new RangeError(`the catalog has no ${model} ${subject.version}`)
  const ready = versions.find((other) => {
    const found = toSubject(catalog, other)
    return found !== undefined && isSameButTuning(version, other) && isSameTuning(found.tuning, tuning)
  })
  if (ready !== undefined) return { version: ready.version, command: rolloutCommand(model, ready.version) }
  const name = nameOf(version.version, tuning, versions)
  return {
    version: name,
    snippet: versionSnippet({ ...version, version: name, tuning }),
    command: rolloutCommand(model, name),
  }
}

export function rolloutCommand(model: string, version: string): string {
  return `switchyard rollout start ${model} ${version}`
}

function isSameButTuning(left: ModelVersion, right: ModelVersion): boolean {
  return (
    left.providerModel === right.providerModel &&
    left.endpoint === right.endpoint &&
    left.contextWindow === right.contextWindow &&
    left.weights?.uri === right.weights?.uri &&
    left.weights?.sha256 === right.weights?.sha256
  )
}

/** `q4-1-s4-b128`: the setting stands once at its end, however often it was tuned before. */
function nameOf(version: string, tuning: HostTuning, taken: readonly ModelVersion[]): string {
  const end = TUNING_FIELDS.flatMap((field) => {
    const value = tuning[field]
    return value === undefined ? [] : [`${SHORT[field]}${value}`]
  }).join('-')
  const stem = version.replace(/(-[sbtw]\d+)+$/, '').slice(0, LONGEST_NAME - end.length - 4)
  const isTaken = (name: string) => taken.some((other) => other.version === name)
  let name = `${stem}-${end}`
  for (let count = 2; isTaken(name); count++) name = `${stem}-${end}.${count}`
  return name
}

/** One entry of `models.<name>.versions` in the catalog's YAML. */
function versionSnippet(version: ModelVersion): string {
  const { profile, weights, tuning = {}, price } = version
  const settings = TUNING_FIELDS.filter((field) => tuning[field] !== undefined)
  const lines = [
    `version: ${quote(version.version)}`,
    `id: ${quote(version.providerModel)}`,
    `endpoint: ${quote(version.endpoint)}`,
    ...(weights === undefined ? [] : [`weights: ${flow(weights)}`]),
    `contextWindow: ${version.contextWindow}`,
    `maxOutputTokens: ${version.maxOutputTokens}`,
    `capabilities: [${version.capabilities.join(', ')}]`,
    `planning: ${version.planning}`,
    ...(profile === undefined ? [] : [`profile: ${JSON.stringify(profile)}`]),
    `price: ${JSON.stringify(priceEntry(price))}`,
    `tuning: { ${settings.map((field) => `${field}: ${tuning[field]}`).join(', ')} }`,
  ]
  return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`).join('\n')
}

function flow({ uri, sha256 }: NonNullable<ModelVersion['weights']>): string {
  return sha256 === undefined ? `{ uri: ${quote(uri)} }` : `{ uri: ${quote(uri)}, sha256: ${quote(sha256)} }`
}

/** A text as YAML and JSON both read it: what looks like a number or a date stays a text. */
function quote(text: string): string {
  return JSON.stringify(text)
}

function priceEntry({ input, output, cachedInput, cacheWrite, perRequestNanoUsd }: Price) {
  return {
    inputUsdPerMillionTokens: rate(input),
    outputUsdPerMillionTokens: rate(output),
    ...(cachedInput === undefined ? {} : { cachedInputUsdPerMillionTokens: rate(cachedInput) }),
    ...(cacheWrite === undefined ? {} : { cacheWriteUsdPerMillionTokens: rate(cacheWrite) }),
    ...(perRequestNanoUsd === undefined ? {} : { perRequestUsd: perRequestNanoUsd / NANO_USD }),
  }
}

function rate({ base, tiers }: TokenRate) {
  if (tiers === undefined) return base / NANO_USD
  const steps = tiers.map((tier) => ({ fromInputTokens: tier.fromInputTokens, rate: tier.rate / NANO_USD }))
  return { base: base / NANO_USD, tiers: steps }
}
