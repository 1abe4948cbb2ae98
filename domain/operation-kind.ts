/** What an operation is: a request of its own, or a step of a task. */
export const OPERATION_KINDS = ['call', 'plan', 'subtask', 'synthesis'] as const
export type OperationKind = (typeof OPERATION_KINDS)[number]
