/**
 * What an operation is: a request of its own, one of several models that it is asked of, a step of a task, or the
 * question what a request is about.
 */
export const OPERATION_KINDS = ['call', 'leg', 'plan', 'subtask', 'synthesis', 'classification'] as const
export type OperationKind = (typeof OPERATION_KINDS)[number]
