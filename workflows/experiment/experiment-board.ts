import { condition, setCurrentDetails } from '@temporalio/workflow'
import {
  afterLook,
  endExperiment,
  type ExperimentEnd,
  type ExperimentReport,
  type ExperimentState,
  type Extension,
  extendExperiment,
} from '../../domain/experiments/experiment-state.ts'
import { experimentMarkdown } from '../../domain/experiments/report/experiment-markdown.ts'

/** Where an experiment stands, and what people see of it. */
export class ExperimentBoard {
  #state: ExperimentState | undefined

  constructor(state: ExperimentState | undefined) {
    if (state !== undefined) this.begin(state)
  }

  /** `undefined` while it begins. */
  get current(): ExperimentState | undefined {
    return this.#state
  }

  /** @throws Error before `begin` */
  get state(): ExperimentState {
    if (this.#state === undefined) throw new Error('the experiment has not begun')
    return this.#state
  }

  get isOver(): boolean {
    return this.state.end !== undefined
  }

  begin(state: ExperimentState): void {
    this.#state = state
    setCurrentDetails(experimentMarkdown(state))
  }

  look(report: ExperimentReport): void {
    this.begin(afterLook(this.state, report))
  }

  /** A look that brought nothing is made again at this moment, in milliseconds since the epoch. */
  lookAgainAt(nextLookAtMs: number): void {
    this.begin({ ...this.state, nextLookAtMs })
  }

  end(end: Omit<ExperimentEnd, 'atMs'>): void {
    this.begin(endExperiment(this.state, { ...end, atMs: Date.now() }))
  }

  extend(extension: Extension): void {
    this.begin(extendExperiment(this.state, extension))
  }

  /** Waits until this moment, or until somebody ended or extended it. */
  async changed(untilMs: number): Promise<void> {
    const { extensions } = this.state
    await condition(
      () => this.isOver || this.state.extensions !== extensions,
      Math.max(1, untilMs - Date.now()),
    )
  }

  /** Why nobody can stop or extend it now. */
  refusal(): string | undefined {
    if (this.#state === undefined) return 'the experiment is being opened: try again in a moment'
    return this.isOver ? `the experiment ${this.state.definition.id} is over` : undefined
  }
}
