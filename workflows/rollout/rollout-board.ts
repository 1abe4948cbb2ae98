import {
  type ApplicationFailure,
  condition,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow'
import type { RolloutAction, RolloutEvent, Transition } from '../../domain/rollout/machine/events.ts'
import { rolloutMarkdown } from '../../domain/rollout/report/rollout-markdown.ts'
import type { RolloutState } from '../../domain/rollout/state.ts'
import { transition } from '../../domain/rollout/transition.ts'
import { invalidInput } from '../inputs/invalid-input.ts'
import { ROLLOUT_ATTRIBUTES } from './search-attributes.ts'

/** An event as it happens; the board knows the time. */
export type Happening = RolloutEvent extends infer Event
  ? Event extends RolloutEvent
    ? Omit<Event, 'atMs'>
    : never
  : never

/** Where a rollout stands, what is still to be done, and what people see of it. */
export class RolloutBoard {
  #state: RolloutState | undefined
  #actions: readonly RolloutAction[] = []
  #revision = 0
  #shown = ''

  constructor(state: RolloutState | undefined) {
    if (state !== undefined) this.#become({ state, actions: [] })
  }

  /** `undefined` until the lease is granted. */
  get current(): RolloutState | undefined {
    return this.#state
  }

  /** @throws Error before `begin` */
  get state(): RolloutState {
    if (this.#state === undefined) throw new Error('the rollout has not begun')
    return this.#state
  }

  get isIdle(): boolean {
    return this.#actions.length === 0
  }

  begin(first: Transition): void {
    this.#become(first)
  }

  /** Takes an event, now. Returns why a command was not taken. */
  feed(event: Happening): string | undefined {
    const next = transition(this.state, at(event))
    this.#become(next)
    return next.refusal
  }

  /** Why a command would not be taken now. Changes nothing. */
  refusalOf(event: Happening): string | undefined {
    if (this.#state === undefined) return 'the rollout is being planned: try again in a moment'
    return transition(this.#state, at(event)).refusal
  }

  /** The next thing to do, taken off the list. */
  takeAction(): RolloutAction | undefined {
    const [first, ...others] = this.#actions
    this.#actions = others
    return first
  }

  /** Waits until something has happened, at most until `untilMs` (milliseconds since the epoch). */
  async changed(untilMs: number): Promise<void> {
    const seen = this.#revision
    const happened = () => this.#revision !== seen
    if (untilMs === Infinity) await condition(happened)
    else await condition(happened, Math.max(1, untilMs - Date.now()))
  }

  /** Lets whoever waits look again. */
  stir(): void {
    this.#revision++
  }

  #become({ state, actions }: Transition): void {
    if (state !== this.#state || actions.length > 0) this.#revision++
    const isOther = state !== this.#state
    this.#actions = [...this.#actions, ...actions]
    this.#state = state
    if (isOther) this.#show(state)
  }

  #show(state: RolloutState): void {
    setCurrentDetails(rolloutMarkdown(state))
    const { plan, stage, canaryPercent } = state
    const shown = `${stage.phase} ${canaryPercent}`
    if (shown === this.#shown) return
    this.#shown = shown
    upsertSearchAttributes([
      { key: ROLLOUT_ATTRIBUTES.model, value: plan.model },
      { key: ROLLOUT_ATTRIBUTES.phase, value: stage.phase },
      { key: ROLLOUT_ATTRIBUTES.canaryPercent, value: canaryPercent },
    ])
  }
}

function at(event: Happening): RolloutEvent {
  return { ...event, atMs: Date.now() }
}

/** An input that the rollout cannot be carried out with. */
export function invalidRollout(problems: readonly string[]): ApplicationFailure {
  return invalidInput(`the rollout cannot start: ${problems.join('; ')}`, problems)
}
