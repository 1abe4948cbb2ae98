import type { TaskEvent, TaskProgress } from '../../domain/plan/task-progress.ts'
import { approvalSentence, eventLines } from './event-line.ts'
import { createLiveBlock } from '../render/live-block.ts'
import { foldEvent } from './fold-event.ts'
import { isSubtaskOver } from '../../client/event-memory.ts'
import { pendingApprovals } from '../../domain/plan/approvals.ts'
import type { TaskHandle } from '../../client/task-handle.ts'
import { taskLines } from '../render/task-lines.ts'
import type { Terminal } from '../terminal.ts'

/** Shows what a task does as it does it. */
interface TaskView {
  show(progress: TaskProgress, event?: TaskEvent): void
  end(): void
}

/**
 * Shows a task's progress until it is over or the signal comes: redrawn on a terminal, otherwise a line for each
 * change.
 */
export async function watchTask(handle: TaskHandle, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const view = terminal.noteStream.isTTY ? createBlockView(terminal.noteStream) : createLineView(terminal)
  const endView = (): void => {
    view.end()
  }
  signal.addEventListener('abort', endView)
  try {
    await follow(handle, view, signal)
  } finally {
    signal.removeEventListener('abort', endView)
    view.end()
  }
}

async function follow(handle: TaskHandle, view: TaskView, signal: AbortSignal): Promise<void> {
  let progress = await handle.progress()
  if (signal.aborted) return
  view.show(progress)
  for await (const event of handle.events()) {
    progress = foldEvent(progress, event) ?? (await handle.progress())
    if (signal.aborted) return
    view.show(progress, event)
  }
}

function createLineView(terminal: Terminal): TaskView {
  const over = new Set<string>()
  return {
    show: (progress, event) => {
      if (event === undefined) return
      if (event.type === 'subtask-changed' && isSubtaskOver(event.subtask.phase)) over.add(event.subtask.id)
      for (const line of eventLines(event, progress, over.size)) terminal.note(line)
    },
    end: () => {},
  }
}

const REDRAW_MS = 250

function createBlockView(stream: NodeJS.WriteStream): TaskView {
  const block = createLiveBlock(stream)
  let progress: TaskProgress | undefined
  let isOver = false
  const draw = (): void => {
    if (progress === undefined || isOver) return
    const { taskId, approvals } = progress
    const questions = pendingApprovals(approvals).map((approval) => approvalSentence(approval, taskId))
    block.draw([...taskLines(progress, Date.now()), ...questions])
  }
  // The clock in the first line runs although nothing happens.
  const timer = setInterval(draw, REDRAW_MS)
  return {
    show: (next) => {
      progress = next
      draw()
    },
    end: () => {
      if (isOver) return
      isOver = true
      clearInterval(timer)
      block.clear()
    },
  }
}
