import { callerShape } from './wire-readers.ts'
import { modelRequest } from './model-request-readers.ts'
import { object } from '../../domain/reading/composites.ts'

/** The input of `mirrorCall`, checked. */
export const mirrorCallInput = object({ ...callerShape, request: modelRequest })
