/**
 * What an operation is: a request of its own, one of several models that it is asked of, a step of a task, the question
 * what a request is about, a copy for another version, whose answer is thrown away, or a health check's.
 */
export const OPERATION_KINDS = [
  'call',
  'leg',
  'plan',
  'subtask',
  'synthesis',
  'classification',
  'mirror',
  'probe',
] as const
export type OperationKind = (typeof OPERATION_KINDS)[number]
