import {
  CAPABILITIES,
  LOCAL_ENGINES,
  PLANNING_STRATEGIES,
  PROVIDER_KINDS,
} from '../../domain/catalog/model.ts'
import { mapping, oneOf, wholeNumber } from './fields.ts'
import { profileSchema, share, weightsSchema } from './routing-document.ts'
import { DEPLOYMENTS } from '../../domain/catalog/deployment.ts'
import { tuningSchema } from './tuning-document.ts'
import { expecting } from './catalog-problem.ts'
import { z } from 'zod'

/** Names become parts of task queues and workflow ids. */
export const NAME_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
export const NAME_RULE = 'a name of 1 to 64 letters, digits or . _ - that starts with a letter or digit'

const name = z.string(expecting(NAME_RULE)).regex(NAME_PATTERN, expecting(NAME_RULE))
const text = z.string(expecting('a text')).min(1, expecting('a text'))

const usd = z
  .number(expecting('an amount in US dollars, 0 or more'))
  .min(0, expecting('an amount in US dollars, 0 or more'))

/** One rate in US dollars per million tokens, or a base rate with higher ones for long prompts. */
const rate = z.union(
  [
    usd,
    z.strictObject({
      base: usd,
      tiers: z.array(z.strictObject({ fromInputTokens: wholeNumber('tokens'), rate: usd })),
    }),
  ],
  expecting('US dollars per million tokens, or {base, tiers: [{fromInputTokens, rate}]}'),
)

const priceSchema = z.strictObject(
  {
    inputUsdPerMillionTokens: rate,
    outputUsdPerMillionTokens: rate,
    cachedInputUsdPerMillionTokens: rate.optional(),
    cacheWriteUsdPerMillionTokens: rate.optional(),
    perRequestUsd: usd.optional(),
  },
  mapping('inputUsdPerMillionTokens and outputUsdPerMillionTokens'),
)
export type PriceEntry = z.infer<typeof priceSchema>

export const endpointSchema = z.strictObject(
  {
    kind: oneOf(PROVIDER_KINDS),
    provider: name.optional(),
    engine: oneOf(LOCAL_ENGINES).optional(),
    baseUrl: z
      .url(expecting('an address that starts with http:// or https://'))
      .regex(/^https?:/, expecting('an address that starts with http:// or https://'))
      .optional(),
    apiKeyVariable: z
      .string(expecting('the name of an environment variable'))
      .regex(/^[A-Z][A-Z0-9_]*$/, {
        // The value is not repeated: it may be the key itself.
        error:
          'must be the name of an environment variable such as OPENAI_API_KEY; keep the key itself out of the catalog',
      })
      .optional(),
    callTimeoutMs: wholeNumber('milliseconds').default(120_000),
    queueTimeoutMs: wholeNumber('milliseconds').default(600_000),
    concurrency: wholeNumber('calls at once').optional(),
    deployment: oneOf(DEPLOYMENTS).optional(),
    quotaPool: name.optional(),
  },
  mapping('kind'),
)
export type EndpointEntry = z.infer<typeof endpointSchema>

const WEIGHTS_RULE = 'file:/path.gguf, https://…, demo:<name> or generated:<seed>'

export const versionSchema = z.strictObject(
  {
    version: name.optional(),
    id: text,
    pinned: z.boolean(expecting('true or false')).optional(),
    endpoint: name,
    contextWindow: wholeNumber('tokens'),
    maxOutputTokens: wholeNumber('tokens'),
    capabilities: z.array(oneOf(CAPABILITIES), expecting('a list')).default([]),
    planning: oneOf(PLANNING_STRATEGIES),
    price: priceSchema.optional(),
    profile: profileSchema.optional(),
    weights: z
      .strictObject(
        {
          uri: z
            .string(expecting(WEIGHTS_RULE))
            .regex(/^(file:\/|https:\/\/|demo:|generated:)./, expecting(WEIGHTS_RULE)),
          sha256: z
            .string(expecting('64 lower-case hex digits'))
            .regex(/^[0-9a-f]{64}$/, expecting('64 lower-case hex digits'))
            .optional(),
        },
        mapping('uri'),
      )
      .optional(),
    tuning: tuningSchema.optional(),
  },
  mapping('id, endpoint, contextWindow, maxOutputTokens and planning'),
)
export type VersionEntry = z.infer<typeof versionSchema>

export const modelSchema = z.strictObject(
  {
    description: text.optional(),
    versions: z
      .array(z.unknown(), expecting('a list of versions, the active one first'))
      .min(1, { error: 'must hold at least one version; the first is the active one' }),
  },
  mapping('versions'),
)

export const taskSchema = z.strictObject(
  {
    model: name,
    fallbacks: z.array(name, expecting('a list of model names')).default([]),
    temperature: z
      .number(expecting('a number from 0 to 2'))
      .min(0, expecting('a number from 0 to 2'))
      .max(2, expecting('a number from 0 to 2')),
    maxOutputTokens: wholeNumber('tokens'),
    targets: z
      .strictObject({ quality: name.optional(), speed: name.optional(), cost: name.optional() })
      .optional(),
    minQuality: share.optional(),
    weights: weightsSchema.optional(),
  },
  mapping('model, temperature and maxOutputTokens'),
)
export type TaskEntry = z.infer<typeof taskSchema>

/** The file's outermost shape; what stands in each section is checked entry by entry, so that all errors show. */
export const documentSchema = z.strictObject(
  {
    endpoints: z.record(z.string(), z.unknown(), mapping('endpoint names')),
    models: z.record(z.string(), z.unknown(), mapping('model names')),
    tasks: z.record(z.string(), z.unknown(), mapping('task types, or "default"')),
    quotaPools: z.record(z.string(), z.unknown(), mapping('quota pool names')).default({}),
    tenants: z.record(z.string(), z.unknown(), mapping('tenants')).default({}),
    routing: z.unknown().default({}),
    alerts: z.unknown().optional(),
  },
  mapping('endpoints, models and tasks'),
)
