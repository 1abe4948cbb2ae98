import {
  ApplicationFailure,
  isGrpcDeadlineError,
  isGrpcServiceError,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { InvalidRequestError, NotConnectedError, NoWorkerError, OperationRefusedError } from './errors.ts'
import { FAILURE_TYPES } from '../workflows/contract.ts'

/** gRPC status codes that say something about Switchyard's own parts. */
const FAILED_PRECONDITION = 9
const UNAVAILABLE = 14

/**
 * Turns what the Temporal client throws into an error of this library; what it does not know passes unchanged.
 * @param what the thing that was asked for: `task acme/42`
 */
export function toClientError(error: unknown, address: string, what: string): Error {
  const options = { cause: error }
  if (error instanceof WorkflowNotFoundError) return unknownOperation(what, options)
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return new NoWorkerError(what, options)
  if (error instanceof WorkflowUpdateFailedError) return refusedUpdate(error, options)
  if (isGrpcDeadlineError(error)) return new NoWorkerError(what, options)
  const grpc = grpcError(error)
  if (grpc?.code === UNAVAILABLE) return new NotConnectedError(address, grpc.details, options)
  // Temporal answers queries so when it has not seen a worker lately.
  if (grpc?.code === FAILED_PRECONDITION) return new NoWorkerError(what, options)
  return error instanceof Error ? error : new Error(String(error), options)
}

function unknownOperation(what: string, options: ErrorOptions): OperationRefusedError {
  return new OperationRefusedError(
    `${what} is not there, or is over`,
    'Check the id and the tenant. Temporal forgets finished ones when its retention ends; their costs stay.',
    options,
  )
}

function refusedUpdate(error: WorkflowUpdateFailedError, options: ErrorOptions): OperationRefusedError {
  return new OperationRefusedError(
    error.cause?.message ?? error.message,
    'See what is pending: `switchyard task status` lists it for a task, the Temporal UI shows it for a call.',
    options,
  )
}

function grpcError(error: unknown): { readonly code: number; readonly details: string } | undefined {
  if (isGrpcServiceError(error)) return error
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : undefined
}

/** How a workflow ended without a result. */
export type WorkflowEnd =
  /** By itself, with details for its caller. */
  | { readonly kind: 'failed'; readonly type: string; readonly message: string; readonly details: unknown }
  | { readonly kind: 'cancelled' }
  /** From outside. */
  | { readonly kind: 'lost'; readonly message: string }

/** Reads why a workflow has no result; undefined for errors that do not mean that it has ended. */
export function readWorkflowEnd(error: unknown): WorkflowEnd | undefined {
  if (!(error instanceof WorkflowFailedError)) return undefined
  const { cause } = error
  if (cause instanceof ApplicationFailure) {
    const { type, message, details } = cause
    return { kind: 'failed', type: type ?? '', message, details: details?.[0] }
  }
  if (cause instanceof TerminatedFailure) {
    return { kind: 'lost', message: `was terminated from outside: ${cause.message}` }
  }
  if (cause instanceof TimeoutFailure) return { kind: 'lost', message: 'ran into a timeout of Temporal' }
  return { kind: 'cancelled' }
}

/** The error for an input that only the workflow could refuse. */
export function refusedInput(subject: string, end: WorkflowEnd): InvalidRequestError | undefined {
  if (end.kind !== 'failed' || end.type !== FAILURE_TYPES.invalidInput) return undefined
  const problems = Array.isArray(end.details) ? end.details.map(String) : [end.message]
  return new InvalidRequestError(subject, problems)
}
