import { setCurrentDetails } from '@temporalio/workflow'
import type { Approval } from '../../domain/plan/approval.ts'
import { NOTHING_USED, sumUsage } from './step-usage.ts'
import type { Content } from '../../domain/content-ref.ts'
import type { Plan, PlanSource } from '../../domain/plan/plan.ts'
import { progressMarkdown } from '../../domain/plan/progress.ts'
import type { ProgressStream } from './progress-stream.ts'
import type { StepUsage, SubtaskProgress, TaskPhase, TaskProgress } from '../../domain/plan/task-progress.ts'

/** A task's visible state: what survives continue-as-new, what the query answers, what the stream tells. */
export interface BoardState extends TaskProgress {
  readonly outputs: Readonly<Record<string, Content>>
}

/** With more subtasks than this, the details in the Temporal UI are redrawn by phase and every so often. */
const REDRAW_EVERY = 25

const ANOTHER_TURN = Promise.resolve()

/** The first state of a task. */
export function newBoardState(taskId: string, startedAtMs: number): BoardState {
  return {
    taskId,
    phase: 'planning',
    notes: [],
    planning: NOTHING_USED,
    subtasks: [],
    synthesis: NOTHING_USED,
    approvals: [],
    outputs: {},
    startedAtMs,
  }
}

/** Keeps the state of one task and shows every change where people look for it. */
export class TaskBoard {
  #progress: Omit<TaskProgress, 'subtasks'>
  readonly #subtasks: Map<string, SubtaskProgress>
  readonly #outputs: Map<string, Content>
  readonly #stream: ProgressStream
  #changes = 0
  #isStale = false

  constructor(state: BoardState, stream: ProgressStream) {
    const { subtasks, outputs, ...progress } = state
    this.#progress = progress
    this.#subtasks = new Map(subtasks.map((subtask) => [subtask.id, subtask]))
    this.#outputs = new Map(Object.entries(outputs))
    this.#stream = stream
    this.#draw()
  }

  get progress(): TaskProgress {
    return { ...this.#progress, subtasks: [...this.#subtasks.values()] }
  }

  get state(): BoardState {
    return { ...this.progress, outputs: Object.fromEntries(this.#outputs) }
  }

  subtask(id: string): SubtaskProgress {
    const subtask = this.#subtasks.get(id)
    if (subtask === undefined) throw new Error(`no subtask ${id}`)
    return subtask
  }

  enterPhase(phase: TaskPhase): void {
    this.#progress = { ...this.#progress, phase }
    this.#stream.publish({ type: 'phase-changed', atMs: Date.now(), phase })
    this.#draw()
  }

  addNote(note: string): void {
    this.#progress = { ...this.#progress, notes: [...this.#progress.notes, note] }
    this.#stream.publish({ type: 'note-added', atMs: Date.now(), note })
  }

  acceptPlan(plan: Plan, planSource: PlanSource): void {
    this.#progress = { ...this.#progress, planSource }
    for (const { id, title, dependsOn } of plan.subtasks) {
      this.#subtasks.set(id, { ...NOTHING_USED, id, title, dependsOn, phase: 'waiting' })
    }
    this.#draw()
  }

  changeSubtask(id: string, change: Partial<SubtaskProgress>): void {
    const subtask = { ...this.subtask(id), ...change }
    this.#subtasks.set(id, subtask)
    this.#stream.publish({ type: 'subtask-changed', atMs: Date.now(), subtask })
    this.#changes++
    if (this.#subtasks.size <= REDRAW_EVERY || this.#changes % REDRAW_EVERY === 0) this.#draw()
  }

  /** Notes what a completed subtask made and used; its phase changes by itself. */
  keepOutput(id: string, output: Content, usage: StepUsage): void {
    this.#outputs.set(id, output)
    this.#subtasks.set(id, { ...this.subtask(id), ...usage })
  }

  /** Notes why a subtask has no output, and what it used all the same. */
  keepFailure(id: string, reason: string, usage: StepUsage): void {
    this.#subtasks.set(id, { ...this.subtask(id), ...usage, reason })
  }

  /** @throws Error when the subtask has not completed */
  outputOf(id: string): Content {
    const output = this.#outputs.get(id)
    if (output === undefined) throw new Error(`subtask ${id} has no output`)
    return output
  }

  addUsage(step: 'planning' | 'synthesis', usage: StepUsage): void {
    this.#progress = { ...this.#progress, [step]: sumUsage(this.#progress[step], usage) }
  }

  showApprovals(approvals: readonly Approval[], changed: Approval): void {
    this.#progress = { ...this.#progress, approvals }
    this.#stream.publish({ type: 'approval-changed', atMs: Date.now(), approval: changed })
    this.#draw()
  }

  /** Soon: what ends together in one workflow task is drawn once. */
  #draw(): void {
    if (this.#isStale) return
    this.#isStale = true
    void ANOTHER_TURN.then(() => {
      this.#isStale = false
      return setCurrentDetails(progressMarkdown(this.progress))
    })
  }
}
