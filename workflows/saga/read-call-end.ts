import { ApplicationFailure } from '@temporalio/workflow'
import type { CallEnd } from '../../domain/call-result.ts'
import type { JsonValue } from '../../domain/json.ts'

/** Reads back what an operation stored as its end. @throws ApplicationFailure when it is none. */
export function readCallEnd(stored: JsonValue): CallEnd {
  if (isCallEnd(stored)) return stored
  throw ApplicationFailure.nonRetryable('the stored end of this operation cannot be read', 'CorruptOperation')
}

function isCallEnd(stored: unknown): stored is CallEnd {
  if (typeof stored !== 'object' || stored === null || !('status' in stored)) return false
  return (
    (stored.status === 'answered' && 'result' in stored) ||
    (stored.status === 'refused' && 'refusal' in stored)
  )
}
