import type { CallEnd } from '../../domain/call-result.ts'
import type { DurableCall } from './call-saga.ts'
import { refusedEnd } from './call-end.ts'
import { shielded } from './shielded.ts'
import { variants } from '../activity-proxies.ts'

const NOT_IN_PARALLEL =
  'a call that asks several models cannot be part of an experiment: leave out the strategy or the experiment'

/** The call with the variant of its experiment laid over its request, or its end where there is no such experiment. */
export async function layVariant(
  call: DurableCall,
  isParallel: boolean,
): Promise<{ readonly call: DurableCall } | { readonly end: CallEnd }> {
  if (call.request.experiment === undefined) return { call }
  if (isParallel) return { end: refusedEnd(call.operationId, 'rejected', NOT_IN_PARALLEL, []) }
  const laid = await shielded(() => variants.layVariant(call))
  if ('refusal' in laid) return { end: refusedEnd(call.operationId, 'rejected', laid.refusal, []) }
  return { call: { ...call, ...laid } }
}
