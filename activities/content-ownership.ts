import type { ContentIndex } from '../store/content/content-index.ts'
import { activityInfo } from '@temporalio/activity'
import { findContentRefs } from '../domain/content-ref.ts'

/** Has the running workflow own every stored text that is named in the values. */
export type KeepContents = (values: readonly unknown[]) => Promise<void>

/**
 * Texts belong to the workflow whose activity this is: that is the operation of a call, and for the steps of a task the
 * task itself, because a step's answer is needed until the last step has ended. One statement for all values, none
 * when every text is inline. May be run twice.
 */
export function createKeepContents(index: Pick<ContentIndex, 'recordContent'>): KeepContents {
  return async (values) => {
    const refs = findContentRefs(values)
    const workflowId = refs.length === 0 ? undefined : activityInfo().workflowExecution?.workflowId
    if (workflowId !== undefined) await index.recordContent(workflowId, refs)
  }
}
