import { log, workflowInfo } from '@temporalio/workflow'
import type { ExperimentBoard } from './experiment-board.ts'
import { experimentBooks, experimentLooks } from '../activity-proxies.ts'
import type { ReadExperimentInput } from '../inputs/experiment-input.ts'
import { SharedTraffic } from './shared-traffic.ts'
import { startExperiment } from '../../domain/experiments/experiment-state.ts'

/** What is held is renewed so many times as often as it would end. */
const RENEWALS_PER_LEASE = 4

/** A look that brought nothing is made again after at most so long, in milliseconds. */
const LOOK_AGAIN_MS = 60_000

/** Carries an experiment out: opens it, looks, keeps what it holds, and gives that back. */
export class ExperimentRun {
  readonly #board: ExperimentBoard
  readonly #input: ReadExperimentInput
  readonly #traffic: SharedTraffic | undefined
  readonly #holder: { readonly workflowId: string; readonly runId: string }
  #testedVersion: string | undefined
  #renewAtMs = 0

  constructor(board: ExperimentBoard, input: ReadExperimentInput, testedVersion: string | undefined) {
    const { workflowId, firstExecutionRunId: runId } = workflowInfo()
    const { definition, leaseMs } = input
    this.#board = board
    this.#input = input
    this.#holder = { workflowId, runId }
    this.#testedVersion = testedVersion
    this.#traffic =
      definition.kind === 'prompts'
        ? undefined
        : new SharedTraffic(definition, { holder: workflowId, runId }, leaseMs)
  }

  get carried(): { readonly testedVersion?: string } {
    return this.#testedVersion === undefined ? {} : { testedVersion: this.#testedVersion }
  }

  /** Returns why it cannot start; nothing is changed then. */
  async open(): Promise<string | undefined> {
    const { definition, by } = this.#input
    const opened = await this.#traffic?.open()
    if (opened !== undefined && 'refusal' in opened) return opened.refusal
    this.#testedVersion = opened?.version
    const epoch = opened === undefined ? {} : { trafficEpoch: opened.trafficEpoch }
    const state = startExperiment(definition, { by, nowMs: Date.now(), ...epoch })
    const outcome = await experimentBooks.publishExperiment(this.#publication(state))
    if (outcome.status === 'published') {
      this.#renewed()
      this.#board.begin(state)
      return undefined
    }
    await this.#giveBack()
    return `${definition.id} is the id of an experiment that ${outcome.workflowId} has run: use a new one`
  }

  /** Waits until there is something to do, and does it. */
  async turn(): Promise<void> {
    const board = this.#board
    await board.changed(Math.min(board.state.nextLookAtMs, this.#renewAtMs))
    if (board.isOver) return
    if (Date.now() >= this.#renewAtMs) await this.#renew()
    if (!board.isOver && Date.now() >= board.state.nextLookAtMs) await this.#look()
  }

  /** Gives the traffic back and publishes the end. */
  async close(): Promise<void> {
    await this.#giveBack()
    await this.#publish()
  }

  async #look(): Promise<void> {
    const board = this.#board
    try {
      board.look(await experimentLooks.lookAtExperiment(board.state))
    } catch (error) {
      log.warn('a look at the experiment brought nothing', { error: String(error) })
      board.lookAgainAt(Date.now() + Math.min(LOOK_AGAIN_MS, this.#input.definition.looks.everyMs))
      return
    }
    if (!board.isOver) await this.#publish()
  }

  async #renew(): Promise<void> {
    this.#renewed()
    const lost = await this.#traffic?.renew()
    if (lost === undefined) await this.#publish()
    else this.#board.end({ reason: 'lease-lost', comment: lost })
  }

  #renewed(): void {
    this.#renewAtMs = Date.now() + this.#input.leaseMs / RENEWALS_PER_LEASE
  }

  async #giveBack(): Promise<void> {
    if (this.#testedVersion !== undefined) await this.#traffic?.close(this.#testedVersion)
  }

  async #publish(): Promise<void> {
    await experimentBooks.publishExperiment(this.#publication(this.#board.state))
  }

  #publication(state: ExperimentBoard['state']) {
    return { ...this.#holder, state, activeForMs: this.#input.leaseMs }
  }
}
