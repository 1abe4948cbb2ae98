import { CancellationScope, condition, workflowInfo } from '@temporalio/workflow'
import { callDurably } from '../saga/durable-call.ts'
import type { DurableCall } from '../saga/call-saga.ts'
import type { Plan, Subtask } from '../../domain/plan/plan.ts'
import {
  createReadyQueue,
  idsInPhase,
  isDone,
  type ReadyQueue,
  type ReadyQueueEvent,
  saveReadyQueue,
  type SubtaskChange,
  takeReady,
  transition,
} from '../../domain/plan/ready-queue.ts'
import { noteWait, stepCall, type TaskContext } from './task-context.ts'
import { subtaskMessages } from '../../domain/plan/subtask-prompts.ts'
import { readOutput, usageOf } from './step-usage.ts'

/** A run that has more events than this lets its calls end and continues as new: a replay then stays short. */
const MAX_RUN_EVENTS = 2000

/** Why execution stopped: everything ended, or the history is long enough and `saved` goes on in a new run. */
export type Execution = { readonly done: true } | { readonly done: false; readonly saved: string }

/**
 * Runs a plan: each subtask starts the moment its own dependencies are done and a slot is free, the critical path
 * first. A subtask that fails for good takes down what depends on it and nothing else. When the surrounding scope is
 * cancelled, calls in flight are stopped and settled, and what has not started is cancelled.
 */
export async function executePlan(context: TaskContext, plan: Plan, saved?: string): Promise<Execution> {
  const execution = new PlanExecution(context, plan, saved)
  return execution.run()
}

class PlanExecution {
  readonly #context: TaskContext
  readonly #subtasks: ReadonlyMap<string, Subtask>
  readonly #positions: ReadonlyMap<string, number>
  #queue: ReadyQueue
  #inFlight = 0
  /** A defect in here: it fails the workflow task, instead of a task that waits for ever. */
  #defect: unknown

  constructor(context: TaskContext, plan: Plan, saved: string | undefined) {
    this.#context = context
    this.#subtasks = new Map(plan.subtasks.map((subtask) => [subtask.id, subtask]))
    this.#positions = new Map(plan.subtasks.map(({ id }, index) => [id, index]))
    this.#queue = createReadyQueue(plan.subtasks, {
      slots: context.input.parallelism,
      ...(saved === undefined ? {} : { saved }),
    })
  }

  async run(): Promise<Execution> {
    for (const phase of ['ready', 'awaiting-approval'] as const) {
      for (const id of idsInPhase(this.#queue, phase)) this.#show({ id, phase })
    }
    this.#startReady()
    try {
      await condition(() => this.#hasStopped())
      if (this.#defect !== undefined) throw this.#defect
    } catch (error) {
      if (!CancellationScope.current().consideredCancelled) throw error
      await CancellationScope.nonCancellable(() => this.#wind())
    }
    return isDone(this.#queue) ? { done: true } : { done: false, saved: saveReadyQueue(this.#queue) }
  }

  /** After a cancellation: nothing new starts, and the calls in flight end by themselves. */
  async #wind(): Promise<void> {
    this.#apply({ type: 'task-cancelled' })
    await condition(() => this.#inFlight === 0)
  }

  #hasStopped(): boolean {
    if (this.#defect !== undefined) return true
    return this.#inFlight === 0 && (isDone(this.#queue) || this.#isRunFull())
  }

  #isRunFull(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo()
    return historyLength > MAX_RUN_EVENTS || continueAsNewSuggested
  }

  #startReady(): void {
    if (this.#isRunFull() || CancellationScope.current().consideredCancelled) return
    const { queue, started } = takeReady(this.#queue)
    this.#queue = queue
    for (const id of started) {
      this.#inFlight++
      void this.#runSubtask(id).catch((error: unknown) => (this.#defect = error))
    }
  }

  #apply(event: ReadyQueueEvent): void {
    const { queue, changes } = transition(this.#queue, event)
    this.#queue = queue
    for (const change of changes) this.#show(change)
    this.#startReady()
  }

  #show({ id, phase, becauseOf }: SubtaskChange): void {
    const { board } = this.#context
    const reason = becauseOf === undefined ? {} : { reason: `${becauseOf} did not complete` }
    board.changeSubtask(id, { phase, ...reason })
    if (phase === 'awaiting-approval') {
      void this.#awaitDecision(id).catch((error: unknown) => (this.#defect = error))
    }
  }

  async #awaitDecision(id: string): Promise<void> {
    const { title } = this.#subtask(id)
    const approval = await this.#context.desk.ask(
      `subtask/${id}`,
      `Run subtask ${id}: ${title}?`,
      this.#context.input.subtaskApproval,
    )
    if (approval === undefined) return
    const { decision, by } = approval
    if (decision === 'reject') this.#context.board.changeSubtask(id, { reason: `rejected by ${by}` })
    this.#apply({ type: decision === 'approve' ? 'subtask-approved' : 'subtask-rejected', id })
  }

  async #runSubtask(id: string): Promise<void> {
    const { board } = this.#context
    const startedAtMs = Date.now()
    const end = await callDurably(this.#callOf(id), this.#context, {
      waits: noteWait(board),
      attemptStarted: ({ candidate: { model, version } }) =>
        board.changeSubtask(id, { phase: 'running', model, version }),
    })
    this.#inFlight--
    const usage = usageOf(end, startedAtMs)
    const output = readOutput(end)
    if ('content' in output) {
      board.keepOutput(id, output.content, usage)
      this.#apply({ type: 'subtask-completed', id })
    } else {
      board.keepFailure(id, output.failure, usage)
      const wasCancelled = end.status === 'refused' && end.refusal.kind === 'cancelled'
      this.#apply({ type: wasCancelled ? 'subtask-cancelled' : 'subtask-failed', id })
    }
  }

  #callOf(id: string): DurableCall {
    const { task, material, board } = this.#context
    const subtask = this.#subtask(id)
    const results = subtask.dependsOn.map((dependency) => ({
      id: dependency,
      title: this.#subtask(dependency).title,
      output: board.outputOf(dependency),
    }))
    const { maxOutputTokens } = subtask
    return stepCall(this.#context, {
      step: `subtask/${id}`,
      kind: 'subtask',
      type: subtask.type,
      messages: subtaskMessages({
        task,
        ...(material === undefined ? {} : { context: material }),
        subtask,
        results,
      }),
      ...(maxOutputTokens === undefined ? {} : { settings: { maxOutputTokens } }),
      model: subtask.model,
      target: subtask.target,
      seedOffset: 100 + (this.#positions.get(id) ?? 0),
    })
  }

  #subtask(id: string): Subtask {
    const subtask = this.#subtasks.get(id)
    if (subtask === undefined) throw new Error(`the plan has no subtask ${id}`)
    return subtask
  }
}
