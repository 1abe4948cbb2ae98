import { WorkflowStream, type WorkflowStreamState } from '@temporalio/workflow-streams/workflow'
import { PROGRESS_TOPIC } from '../contract.ts'
import type { TaskEvent } from '../../domain/plan/task-progress.ts'

/** Past this many events the stream forgets the oldest; the progress query still has the whole picture. */
const MAX_EVENTS = 1000

/** How many of them follow into the next run. */
const EVENTS_KEPT_ACROSS_RUNS = 100

/** A task's transitions for a few watchers; bounded, and continued across runs. */
export class ProgressStream {
  readonly #stream: WorkflowStream
  /** Offset of the next event. */
  #offset: number

  /** Registers the stream's handlers: create it before the workflow's first await. */
  constructor(prior?: WorkflowStreamState) {
    this.#stream = new WorkflowStream(prior)
    this.#offset = prior === undefined ? 0 : prior.base_offset + prior.log.length
  }

  publish(event: TaskEvent): void {
    this.#stream.topic<TaskEvent>(PROGRESS_TOPIC).publish(event)
    this.#offset++
    // In strides, because each truncation copies what it keeps.
    if (this.#offset % (MAX_EVENTS / 2) === 0) this.#keep(MAX_EVENTS)
  }

  /** Lets waiting watchers go, so that the run can end. */
  close(): void {
    this.#stream.detachPollers()
  }

  /** What the next run starts from. */
  carryOver(): WorkflowStreamState {
    this.#keep(EVENTS_KEPT_ACROSS_RUNS)
    return this.#stream.getState()
  }

  #keep(events: number): void {
    if (this.#offset > events) this.#stream.truncate(this.#offset - events)
  }
}
