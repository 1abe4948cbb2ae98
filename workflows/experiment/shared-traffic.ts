import type { Holder, TrafficCommand } from '../../domain/traffic/traffic-command.ts'
import type { ModelVersionsDefinition } from '../../domain/experiments/definition.ts'
import { prepareVersion, releaseVersion, rolloutSteps } from '../activity-proxies.ts'
import type { TrafficState } from '../../domain/traffic/traffic-state.ts'
import { workflowInfo } from '@temporalio/workflow'

/** Loading weights takes no longer than this, in milliseconds. */
const LONGEST_LOADING_MS = 10 * 60_000

/** The one change of shares, and the one back. */
const SHARED = 1
const REVERTED = 2

type TrafficAnswer = { readonly state: TrafficState } | { readonly refusal: string }

/** Where the shares of an experiment stand: since which epoch, and for which version the lease is. */
export type OpenedTraffic =
  | { readonly trafficEpoch: number; readonly version: string }
  | { readonly refusal: string }

/** The traffic of a model, shared out among two versions for an experiment. */
export class SharedTraffic {
  readonly #definition: ModelVersionsDefinition
  readonly #holder: Holder
  readonly #leaseMs: number

  constructor(definition: ModelVersionsDefinition, holder: Holder, leaseMs: number) {
    this.#definition = definition
    this.#holder = holder
    this.#leaseMs = leaseMs
  }

  /** Takes the lease, has the version loaded and gives it its share. Where one fails, nothing is left behind. */
  async open(): Promise<OpenedTraffic> {
    const { model } = this.#definition
    const now = await this.#send({ kind: 'tick' })
    if ('refusal' in now) return now
    const tested = this.#tested(now.state.stableVersion)
    if (typeof tested !== 'object') return { refusal: tested }
    const { name: version, sharePercent: canaryPercent } = tested
    const taken = await this.#send({ kind: 'take-lease', version, ttlMs: this.#leaseMs, ...this.#holder })
    if ('refusal' in taken) return taken
    const by = this.#holder.holder
    const prepared = await prepareVersion(
      { model, version, by },
      Math.min(LONGEST_LOADING_MS, this.#leaseMs / 2),
    )
    if (prepared.status === 'failed') {
      await this.close(version)
      return { refusal: `${model} ${version} is not ready: ${prepared.reason}` }
    }
    const share = { change: SHARED, canaryPercent, mirrorPercent: 0 }
    const shared = await this.#send({ kind: 'set-shares', ...share, ...this.#holder })
    if ('state' in shared) return { trafficEpoch: shared.state.epoch, version }
    await this.close(version)
    return shared
  }

  /** Returns why the lease is not ours any more. */
  async renew(): Promise<string | undefined> {
    const answer = await this.#send({ kind: 'renew-lease', ...this.#holder })
    return 'refusal' in answer ? answer.refusal : undefined
  }

  /** All traffic to the stable version, and the lease back. What was lost already is left to whoever has it now. */
  async close(version: string): Promise<void> {
    const reverted = await this.#send({ kind: 'revert', change: REVERTED, ...this.#holder })
    if ('refusal' in reverted) return
    await this.#send({ kind: 'release-lease', outcome: 'kept', ...this.#holder })
    await releaseVersion({ model: this.#definition.model, version, by: workflowInfo().workflowId })
  }

  /** The variant that is not stable: the lease is about it. */
  #tested(stableVersion: string) {
    const { model, variants } = this.#definition
    const tested = variants.find(({ name }) => name !== stableVersion)
    if (tested !== undefined && variants.some(({ name }) => name === stableVersion)) return tested
    const names = variants.map(({ name }) => name).join(' and ')
    return `one of the variants must be ${stableVersion}, the stable version of ${model}; they are ${names}`
  }

  async #send(command: TrafficCommand): Promise<TrafficAnswer> {
    return rolloutSteps.changeTraffic({ model: this.#definition.model, command })
  }
}
