import { ApplicationFailure } from '@temporalio/workflow'
import { FAILURE_TYPES } from '../contract.ts'
import type { TrafficRefusal } from '../../domain/traffic/change-traffic.ts'

/** A command that is not taken, as who sent it hears of it. */
export function trafficRefused(refusal: TrafficRefusal): ApplicationFailure {
  return ApplicationFailure.create({
    message: refusal.reason,
    type: FAILURE_TYPES.trafficRefused,
    nonRetryable: true,
    details: [refusal],
  })
}
