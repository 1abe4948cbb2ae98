import { checkId } from '../../domain/ids.ts'
import {
  type HealthCheckRequest,
  healthCheckRequest,
} from '../../domain/maintenance/health/health-check-request.ts'
import {
  type ModelUpdateRequest,
  modelUpdateRequest,
} from '../../domain/maintenance/update/model-update-request.ts'
import { object, optional, withDefault } from '../../domain/reading/composites.ts'
import { oneOf, text } from '../../domain/reading/scalars.ts'
import type { Read } from '../../domain/reading/reader.ts'
import { parseInput } from './parse-input.ts'
import { REMEDIATION_KINDS } from '../../domain/maintenance/health/remediation.ts'

/** Reads the input of `healthCheck`; nothing at all means the defaults. @throws ApplicationFailure */
export function readHealthCheckInput(input: unknown): HealthCheckRequest {
  return parseInput(
    healthCheckRequest,
    input ?? {},
    'healthCheck',
    '{"timeoutMs": 10000, "remediation": {"policy": "restart-host"}}',
  )
}

/** Reads the input of `modelUpdate`; nothing at all means the defaults. @throws ApplicationFailure */
export function readModelUpdateInput(input: unknown): ModelUpdateRequest {
  return parseInput(
    modelUpdateRequest,
    input ?? {},
    'modelUpdate',
    '{"model": "chat-small", "version": "2026-11-20", "strategy": "canary", "by": "ada"}',
  )
}

const remediation = object({
  model: text({ check: (value) => checkId('model', value) }),
  version: text({ maxLength: 200 }),
  kind: oneOf(REMEDIATION_KINDS),
  nodeId: optional(text({ maxLength: 200 })),
  reason: withDefault(text({ maxLength: 2_000 }), 'is not well'),
  by: withDefault(text({ maxLength: 200 }), 'somebody'),
  id: optional(text({ maxLength: 500 })),
})

export type ReadRemediation = Read<typeof remediation>

/** Reads the input of `remediate`. @throws ApplicationFailure */
export function readRemediateInput(input: unknown): ReadRemediation {
  return parseInput(
    remediation,
    input,
    'remediate',
    '{"model": "chat-small", "version": "2026-11-20", "kind": "restart-host", "by": "ada"}',
  )
}
