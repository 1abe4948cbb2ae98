import { condition, setCurrentDetails } from '@temporalio/workflow'
import { changeTraffic } from '../../domain/traffic/change-traffic.ts'
import { shielded } from '../saga/shielded.ts'
import { publish } from './publish.ts'
import { restoreTraffic } from '../../domain/traffic/restore-traffic.ts'
import { routingBooks } from '../activity-proxies.ts'
import type { TrafficCommand } from '../../domain/traffic/traffic-command.ts'
import { trafficMarkdown } from '../../domain/traffic/traffic-markdown.ts'
import { trafficRefused } from './traffic-refusal.ts'
import type { TrafficRefusal } from '../../domain/traffic/change-traffic.ts'
import type { TrafficState } from '../../domain/traffic/traffic-state.ts'

/** Takes commands, and sees to it that what follows from them stands in the routing table before anybody hears of it. */
export class TrafficDesk {
  readonly #model: string
  #state: TrafficState | undefined
  /** Why there is none and never will be. */
  #problem: TrafficRefusal | undefined
  #publishedEpoch = -1
  #isPublishing = false
  #commands = 0

  /** @param carried of the run before this one, which had published it */
  constructor(model: string, carried: TrafficState | undefined) {
    this.#model = model
    if (carried === undefined) return
    this.#publishedEpoch = carried.epoch
    this.#become(carried)
  }

  get state(): TrafficState | undefined {
    return this.#state
  }

  /** Commands that were taken since this run began. */
  get commands(): number {
    return this.#commands
  }

  /** Begins where the routing table says. Returns why that cannot be. */
  async open(): Promise<string | undefined> {
    if (this.#state !== undefined) return undefined
    const { versions, published } = await shielded(() => routingBooks.loadTraffic({ model: this.#model }))
    if (versions.length === 0) {
      const reason = `there is no model ${this.#model} in the catalog`
      this.#problem = { kind: 'command', reason }
      return reason
    }
    this.#become(restoreTraffic(this.#model, versions, published, Date.now()))
    await this.#publish()
    return undefined
  }

  /** Refuses a command before it is recorded, where its outcome is known already. */
  check(command: TrafficCommand): void {
    if (this.#state === undefined) return
    const { refusal } = changeTraffic(this.#state, command, Date.now())
    if (refusal !== undefined) throw trafficRefused(refusal)
  }

  /** Carries out a command. @throws ApplicationFailure `TrafficRefused` */
  async take(command: TrafficCommand): Promise<TrafficState> {
    await condition(() => this.#state !== undefined || this.#problem !== undefined)
    const known = command.kind === 'register' ? { ...command, versions: await this.#versions() } : command
    const state = this.#apply(known)
    this.#commands++
    // Whoever begins a rollout finds what it begins from in the table, whatever was there.
    if (command.kind === 'take-lease') this.#publishedEpoch = -1
    await this.#publish()
    return this.#state ?? state
  }

  /** Lets time pass: a lease that is over reverts. */
  async tick(): Promise<void> {
    this.#apply({ kind: 'tick' })
    await this.#publish()
  }

  #apply(command: TrafficCommand): TrafficState {
    const { state, refusal } = this.#change(command)
    if (refusal !== undefined) throw trafficRefused(refusal)
    this.#become(state)
    return state
  }

  #change(command: TrafficCommand): ReturnType<typeof changeTraffic> {
    if (this.#state !== undefined) return changeTraffic(this.#state, command, Date.now())
    throw trafficRefused(this.#problem ?? { kind: 'command', reason: `${this.#model} is not known yet` })
  }

  async #versions(): Promise<readonly string[]> {
    return (await shielded(() => routingBooks.loadTraffic({ model: this.#model }))).versions
  }

  /** One writer at a time: whoever comes meanwhile waits, and then finds its own change written or writes it. */
  async #publish(): Promise<void> {
    while (this.#state !== undefined && this.#publishedEpoch < this.#state.epoch) {
      if (this.#isPublishing) {
        await condition(() => !this.#isPublishing)
        continue
      }
      await this.#publishOnce(this.#state)
    }
  }

  async #publishOnce(state: TrafficState): Promise<void> {
    this.#isPublishing = true
    try {
      const { epoch, isOurs } = await publish(state)
      const latest = this.#state ?? state
      if (isOurs) this.#publishedEpoch = epoch
      // A history that was reset is behind the table: this one decides, so it goes on above what stands there.
      else this.#become({ ...latest, epoch: Math.max(epoch, latest.epoch) + 1 })
    } finally {
      this.#isPublishing = false
    }
  }

  #become(state: TrafficState): void {
    if (state === this.#state) return
    this.#state = state
    setCurrentDetails(trafficMarkdown(state))
  }
}
