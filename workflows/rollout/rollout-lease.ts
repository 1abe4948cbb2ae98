import { workflowInfo } from '@temporalio/workflow'
import type { Holder, TrafficCommand } from '../../domain/traffic/traffic-command.ts'
import type { TrafficState } from '../../domain/traffic/traffic-state.ts'
import { rolloutSteps } from '../activity-proxies.ts'

/** It ends when it is not renewed for so long: a rollout that is gone leaves no shares behind. */
const LEASE_TTL_MS = 120_000
/** With room for a worker that is started again. */
const RENEW_EVERY_MS = 20_000

/** What a later run takes over. */
export interface CarriedLease {
  readonly runId: string
  readonly renewAtMs: number
}

/** What became of a command to the model's traffic. */
export type TrafficAnswer = { readonly state: TrafficState } | { readonly refusal: string }

/** The right to change a model's shares, as a rollout holds it. */
export class RolloutLease {
  readonly #model: string
  readonly #holder: Holder
  #renewAtMs: number
  #isHeld: boolean

  /** @param carried by the run before this one, which holds it under its own id */
  constructor(model: string, carried?: CarriedLease) {
    const { workflowId, runId } = workflowInfo()
    this.#model = model
    this.#holder = { holder: workflowId, runId: carried?.runId ?? runId }
    this.#renewAtMs = carried?.renewAtMs ?? Infinity
    this.#isHeld = carried !== undefined
  }

  get carried(): CarriedLease {
    return { runId: this.#holder.runId, renewAtMs: this.#renewAtMs }
  }

  /** When it has to be renewed, in milliseconds since the epoch; `Infinity` while it is not held. */
  get renewAtMs(): number {
    return this.#isHeld ? this.#renewAtMs : Infinity
  }

  async take(version: string): Promise<TrafficAnswer> {
    const answer = await this.#send({ kind: 'take-lease', version, ttlMs: LEASE_TTL_MS, ...this.#holder })
    if ('state' in answer) this.#granted()
    return answer
  }

  async renew(): Promise<TrafficAnswer> {
    this.#renewAtMs = Date.now() + RENEW_EVERY_MS
    return this.#send({ kind: 'renew-lease', ...this.#holder })
  }

  async setShares(change: number, canaryPercent: number, mirrorPercent: number): Promise<TrafficAnswer> {
    const shares = { change, canaryPercent, mirrorPercent }
    return this.#checked(change, await this.#send({ kind: 'set-shares', ...shares, ...this.#holder }))
  }

  async revert(change: number): Promise<TrafficAnswer> {
    return this.#checked(change, await this.#send({ kind: 'revert', change, ...this.#holder }))
  }

  async release(outcome: 'kept' | 'failed' | 'rolled-back'): Promise<void> {
    this.lose()
    await this.#send({ kind: 'release-lease', outcome, ...this.#holder })
  }

  /** It is not ours any more. */
  lose(): void {
    this.#isHeld = false
  }

  #granted(): void {
    this.#isHeld = true
    this.#renewAtMs = Date.now() + RENEW_EVERY_MS
  }

  /** A run that was reset to an earlier point asks for changes that were made long ago, and others have followed. */
  #checked(change: number, answer: TrafficAnswer): TrafficAnswer {
    if (!('state' in answer)) return answer
    const done = answer.state.lease?.change ?? change
    if (done <= change) return answer
    return { refusal: `change ${done} of the shares has been made already, this is ${change}` }
  }

  #send(command: TrafficCommand): Promise<TrafficAnswer> {
    return rolloutSteps.changeTraffic({ model: this.#model, command })
  }
}
