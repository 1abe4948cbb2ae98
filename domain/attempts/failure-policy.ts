import type { EndpointSign } from '../limits/breaker.ts'
import type { FailureKind } from '../failure.ts'

/** What follows from one kind of failure. */
export interface FailurePolicy {
  /** How often the same candidate is tried again. */
  readonly retriesHere: number
  /** Whether the next candidate is tried once the retries are spent. */
  readonly tryNext: boolean
  /**
   * What the attempt is booked at when the provider's exact usage is unknown: `nothing` where it cannot have been
   * billed, `reserved` where it may have been. Known usage is always booked as it is.
   */
  readonly chargeWithoutUsage: 'nothing' | 'reserved'
  /** What it says about the endpoint: a request that was refused for what it holds shows that the endpoint works. */
  readonly endpoint: EndpointSign
}

/** The one table of what follows from a failure. Nothing else in Switchyard retries a model call. */
export const FAILURE_POLICIES: Readonly<Record<FailureKind, FailurePolicy>> = {
  'rate-limited': { retriesHere: 3, tryNext: true, chargeWithoutUsage: 'nothing', endpoint: 'neither' },
  overloaded: { retriesHere: 2, tryNext: true, chargeWithoutUsage: 'nothing', endpoint: 'failure' },
  unavailable: { retriesHere: 1, tryNext: true, chargeWithoutUsage: 'nothing', endpoint: 'failure' },
  // Its time in the queue was long already: whoever else there is may be quicker.
  'not-taken': { retriesHere: 0, tryNext: true, chargeWithoutUsage: 'nothing', endpoint: 'failure' },
  'timeout-before-send': {
    retriesHere: 1,
    tryNext: true,
    chargeWithoutUsage: 'nothing',
    endpoint: 'failure',
  },
  // Trying the same slow or broken host again would pay twice for the same outcome.
  'timeout-after-send': {
    retriesHere: 0,
    tryNext: true,
    chargeWithoutUsage: 'reserved',
    endpoint: 'failure',
  },
  'context-too-long': { retriesHere: 0, tryNext: true, chargeWithoutUsage: 'nothing', endpoint: 'success' },
  'content-policy': { retriesHere: 0, tryNext: true, chargeWithoutUsage: 'nothing', endpoint: 'success' },
  authentication: { retriesHere: 0, tryNext: true, chargeWithoutUsage: 'nothing', endpoint: 'failure' },
  billing: { retriesHere: 0, tryNext: true, chargeWithoutUsage: 'nothing', endpoint: 'failure' },
  'bad-request': { retriesHere: 0, tryNext: true, chargeWithoutUsage: 'nothing', endpoint: 'success' },
  'invalid-response': { retriesHere: 1, tryNext: true, chargeWithoutUsage: 'reserved', endpoint: 'failure' },
  'output-too-large': { retriesHere: 0, tryNext: false, chargeWithoutUsage: 'reserved', endpoint: 'success' },
  // The worker died, not the model: the same candidate is as good as before.
  'worker-lost': { retriesHere: 2, tryNext: true, chargeWithoutUsage: 'reserved', endpoint: 'neither' },
  cancelled: { retriesHere: 0, tryNext: false, chargeWithoutUsage: 'reserved', endpoint: 'neither' },
}
