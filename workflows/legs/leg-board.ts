import type { CallEnd } from '../../domain/call-result.ts'
import type { LegModel } from '../../activities/parallel-calls.ts'
import type { LegRule } from '../../domain/legs/strategy.ts'
import { legsMarkdown, type LegView } from '../../domain/legs/leg-view.ts'
import { setCurrentDetails } from '@temporalio/workflow'

/** Shows the legs of a call in the current details of its workflow. */
export class LegBoard {
  readonly #rule: LegRule
  #legs: readonly LegView[] = []
  readonly #notes = new Map<string, string>()

  constructor(rule: LegRule) {
    this.#rule = rule
  }

  begin(models: readonly LegModel[]): void {
    this.#legs = models.map((model) => ({ ...model, doing: '' }))
    this.#draw()
  }

  /** @param doing in a few words, e.g. `calling` */
  show(leg: number, doing: string, end?: CallEnd): void {
    this.#legs = this.#legs.map((view, index) =>
      index === leg ? { ...view, doing, ...(end === undefined ? {} : { end }) } : view,
    )
    this.#draw()
  }

  /** What stands below the legs; another note about the same thing takes its place. */
  note(about: string, note: string): void {
    this.#notes.set(about, note)
    this.#draw()
  }

  #draw(): void {
    setCurrentDetails(legsMarkdown(this.#rule, this.#legs, [...this.#notes.values()]))
  }
}
