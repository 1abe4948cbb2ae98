/** The workflow id of one durable request; the request id is the caller's idempotency key. */
export function callWorkflowId(tenant: string, requestId: string): string {
  return `call/${tenant}/${requestId}`
}

/** The workflow id of one decomposed task. */
export function taskWorkflowId(tenant: string, taskId: string): string {
  return `task/${tenant}/${taskId}`
}

/** The workflow id of the entity that decides about a model's traffic. */
export function modelWorkflowId(model: string): string {
  return `model/${model}`
}

/** The workflow id of an experiment that a client starts. From the Temporal UI it may have any. */
export function experimentWorkflowId(experimentId: string): string {
  return `experiment/${experimentId}`
}

/** The operation of one step inside a workflow: `task/acme/42` + `subtask/s1`. */
export function stepOperationId(workflowId: string, step: string): string {
  return `${workflowId}/${step}`
}

/** The id of admission and attempt `number` (from 1). Holds the run, so that a reset run makes new ones. */
export function attemptId(operationId: string, runId: string, number: number): string {
  return `${operationId}@${runId}#${number}`
}

/** The run that an attempt was opened by; `undefined` when the id is not one that `attemptId` made. */
export function runOfAttempt(id: string): string | undefined {
  return /@([^@#]+)#\d+$/.exec(id)?.[1]
}

const ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/

/** Says what is wrong with an id that a person or a service made up, or `undefined` when it is fine. */
export function checkId(name: string, id: string): string | undefined {
  if (ID_PATTERN.test(id)) return undefined
  return `${name} ${JSON.stringify(id)} must be 1 to 128 letters, digits or . _ : - and start with a letter or digit`
}

/** The queues that workers poll. */
export const TASK_QUEUES = {
  orchestrator: 'orchestrator',
  /** Calls to one provider over the network. */
  provider: (provider: string): string => `provider.${provider}`,
  /** Local inference; polled only while the version is loaded, warmed and probed. */
  model: (model: string, version: string): string => `model.${model}.${version}`,
  /** What has to be done on one GPU node. */
  node: (nodeId: string): string => `node.${nodeId}`,
} as const
