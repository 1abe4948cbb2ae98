import { ALERT_RULES } from '../../domain/alerts/alert.ts'
import { type AlertSettings, DEFAULT_ALERT_SETTINGS } from '../../domain/alerts/alert-settings.ts'
import { LOG_RECEIVER } from '../../domain/alerts/alert-event.ts'
import { mapping, oneOf, wholeNumber } from './fields.ts'
import { NAME_PATTERN, NAME_RULE } from './document.ts'
import { expecting } from './catalog-problem.ts'
import { nanoUsd } from '../../domain/money.ts'
import { z } from 'zod'

const PERCENT_RULE = expecting('a percentage above 0, at most 100')
const percent = z.number(PERCENT_RULE).gt(0, PERCENT_RULE).max(100, PERCENT_RULE)

const ADDRESS_RULE = expecting('an address that starts with http:// or https://')
const rules = z.array(oneOf(ALERT_RULES), expecting('a list of rules'))

function atLeast(least: number, unit: string) {
  const rule = expecting(`a number of ${unit}, ${least} or more`)
  return z.number(rule).min(least, rule)
}

function variable(example: string) {
  const rule = 'the name of an environment variable'
  return z.string(expecting(rule)).regex(/^[A-Z][A-Z0-9_]*$/, {
    // The value is not repeated: it may be the secret itself.
    error: `must be ${rule} such as ${example}; keep the value itself out of the catalog`,
  })
}

const webhookSchema = z
  .strictObject(
    {
      url: z
        .url(ADDRESS_RULE)
        .regex(/^https?:/, ADDRESS_RULE)
        .optional(),
      urlVariable: variable('ALERT_WEBHOOK_URL').optional(),
      secretVariable: variable('ALERT_WEBHOOK_SECRET'),
      rules: rules.optional(),
    },
    mapping('url or urlVariable, and secretVariable'),
  )
  .refine(({ url, urlVariable }) => (url === undefined) !== (urlVariable === undefined), {
    error: 'must have one of url and urlVariable',
  })

const webhookName = z
  .string()
  .regex(NAME_PATTERN)
  .refine((name) => name !== LOG_RECEIVER)

const WEBHOOKS = mapping('webhooks by name')
const webhooksSchema = z.record(webhookName, webhookSchema, {
  error: (issue) =>
    issue.code === 'invalid_key'
      ? `must be ${NAME_RULE}, and not ${LOG_RECEIVER}, which is the log itself`
      : WEBHOOKS.error(issue),
})

/** What is watched, and who is told. */
export const alertsSchema = z.strictObject(
  {
    disabled: rules.default([]),
    budget: z
      .strictObject(
        { thresholdsPercent: z.array(percent, expecting('a list of percentages')).min(1).optional() },
        mapping('thresholdsPercent'),
      )
      .default({}),
    spendAnomaly: z
      .strictObject(
        {
          standardDeviations: atLeast(1, 'standard deviations').optional(),
          floorUsdPerHour: atLeast(0.0001, 'US dollars').optional(),
        },
        mapping('standardDeviations and floorUsdPerHour'),
      )
      .default({}),
    traffic: z
      .strictObject(
        {
          windowMinutes: wholeNumber('minutes').max(60, expecting('at most 60 minutes')).optional(),
          leastCalls: wholeNumber('calls').optional(),
          errorPercent: percent.optional(),
          slowFactor: atLeast(1, 'times').optional(),
          slowPercent: percent.optional(),
        },
        mapping('windowMinutes, leastCalls, errorPercent, slowFactor and slowPercent'),
      )
      .default({}),
    webhooks: webhooksSchema.default({}),
  },
  mapping('disabled, budget, spendAnomaly, traffic and webhooks'),
)
export type AlertsEntry = z.infer<typeof alertsSchema>

const MINUTE_MS = 60_000

/** A checked section as the rules use it, defaults filled in. */
export function toAlertSettings({
  disabled,
  budget,
  spendAnomaly,
  traffic,
  webhooks,
}: AlertsEntry): AlertSettings {
  const standard = DEFAULT_ALERT_SETTINGS
  const { windowMinutes, leastCalls, errorPercent, slowFactor, slowPercent } = traffic
  const { standardDeviations, floorUsdPerHour } = spendAnomaly
  return {
    disabled,
    budget: {
      thresholds: budget.thresholdsPercent?.map((value) => value / 100) ?? standard.budget.thresholds,
    },
    spend: {
      standardDeviations: standardDeviations ?? standard.spend.standardDeviations,
      floorNanoUsdPerHour:
        floorUsdPerHour === undefined ? standard.spend.floorNanoUsdPerHour : nanoUsd(floorUsdPerHour),
    },
    traffic: {
      windowMs: windowMinutes === undefined ? standard.traffic.windowMs : windowMinutes * MINUTE_MS,
      leastCalls: leastCalls ?? standard.traffic.leastCalls,
      errorShare: errorPercent === undefined ? standard.traffic.errorShare : errorPercent / 100,
      slowFactor: slowFactor ?? standard.traffic.slowFactor,
      slowShare: slowPercent === undefined ? standard.traffic.slowShare : slowPercent / 100,
    },
    hysteresis: standard.hysteresis,
    webhooks: Object.entries(webhooks).map(([name, { url, urlVariable, secretVariable, rules: only }]) => ({
      name,
      secretVariable,
      ...(url === undefined ? {} : { url }),
      ...(urlVariable === undefined ? {} : { urlVariable }),
      ...(only === undefined ? {} : { rules: only }),
    })),
  }
}
