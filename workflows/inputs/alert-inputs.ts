import type { AlertDeliveryInput, CheckAlertsInput } from '../alert-contract.ts'
import { number } from '../../domain/reading/scalars.ts'
import { object, withDefault } from '../../domain/reading/composites.ts'
import { parseInput } from './parse-input.ts'
import type { Reader } from '../../domain/reading/reader.ts'

const checkAlertsInput: Reader<CheckAlertsInput> = object({})

const alertDeliveryInput: Reader<Required<AlertDeliveryInput>> = object({
  roundsPerRun: withDefault(number({ min: 1, max: 1_000, isWhole: true }), 300),
})

/** Nothing can be said yet; anything else is a mistake. @throws ApplicationFailure */
export function readCheckAlertsInput(input: unknown): CheckAlertsInput {
  return parseInput(checkAlertsInput, input ?? {}, 'checkAlerts', '{}')
}

/** @throws ApplicationFailure */
export function readAlertDeliveryInput(input: unknown): Required<AlertDeliveryInput> {
  return parseInput(alertDeliveryInput, input ?? {}, 'alertDelivery', '{"roundsPerRun": 300}')
}
