import { mapping, wholeNumber } from './fields.ts'
import { byTaskType } from '../../domain/model-request.ts'
import { expecting } from './catalog-problem.ts'
import { z } from 'zod'

const SHARE_RULE = expecting('a number from 0 to 1')
/** A quality, an availability: 0 to 1. */
export const share = z.number(SHARE_RULE).min(0, SHARE_RULE).max(1, SHARE_RULE)

const WEIGHT_RULE = expecting('a number, 0 or more')
const weight = z.number(WEIGHT_RULE).min(0, WEIGHT_RULE)

/** How much cost, latency and quality count. */
export const weightsSchema = z
  .strictObject({ cost: weight, latency: weight, quality: weight }, mapping('cost, latency and quality'))
  .refine(({ cost, latency, quality }) => cost + latency + quality > 0, {
    error: 'must not all be 0; give at least one of cost, latency and quality a weight',
  })

/** What is believed of a version before anything was measured. */
export const profileSchema = z.strictObject(
  {
    quality: z
      .strictObject(
        { default: share, ...byTaskType(() => share.exactOptional()) },
        mapping('default, and a task type for each figure that differs'),
      )
      .exactOptional(),
    latencyMs: wholeNumber('milliseconds').exactOptional(),
    timeToFirstTokenMs: wholeNumber('milliseconds').exactOptional(),
    availability: share.exactOptional(),
  },
  mapping('quality, latencyMs, timeToFirstTokenMs and availability'),
)

/** What may be called within a pool. */
export const quotaPoolSchema = z.strictObject(
  {
    requestsPerMinute: wholeNumber('requests').exactOptional(),
    tokensPerMinute: wholeNumber('tokens').exactOptional(),
    concurrency: wholeNumber('calls at once').exactOptional(),
  },
  mapping('requestsPerMinute, tokensPerMinute and concurrency'),
)
export type QuotaPoolEntry = z.infer<typeof quotaPoolSchema>
