import { shielded } from '../saga/shielded.ts'
import { contentBytes, type Content, isContentRef, MAX_INLINE_BYTES } from '../../domain/content-ref.ts'
import { patched } from '@temporalio/workflow'
import type { Plan } from '../../domain/plan/plan.ts'
import { planning } from '../activity-proxies.ts'
import type { ReadTaskRunInput } from '../inputs/task-run-input.ts'

/** Set in the runs that own the texts their client stored; older runs go on without. */
const OWNED_TEXTS = 'task-owns-its-texts'

/**
 * Moves every long text of an input to the content store, so that no later payload carries it, and has the task own them:
 * the first step, which would, may wait for weeks for a person's approval.
 */
export async function storeLongTexts(input: ReadTaskRunInput): Promise<ReadTaskRunInput> {
  const { task, context, plan } = input
  const texts = [
    task,
    ...(context === undefined ? [] : [context]),
    ...(plan?.subtasks ?? []).map(({ action }) => action),
  ]
  const long = texts.filter((text) => 'inline' in text && contentBytes(text) > MAX_INLINE_BYTES)
  const refs = texts.some(isContentRef) && patched(OWNED_TEXTS) ? texts.filter(isContentRef) : []
  if (long.length === 0 && refs.length === 0) return input
  const stored = await shielded(() => planning.storeTexts({ texts: [...long, ...refs] }))
  const places = new Map(long.map((text, index) => [text, stored[index]]))
  const short = (text: Content): Content => places.get(text) ?? text
  return {
    ...input,
    task: short(task),
    ...(context === undefined ? {} : { context: short(context) }),
    ...(plan === undefined ? {} : { plan: shorten(plan, short) }),
  }
}

function shorten(plan: Plan, short: (text: Content) => Content): Plan {
  return { subtasks: plan.subtasks.map((subtask) => ({ ...subtask, action: short(subtask.action) })) }
}
