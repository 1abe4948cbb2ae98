/** Where a model runs: at a vendor, in a cloud that is ours alone, or on machines of ours. */
export const DEPLOYMENTS = ['cloud-api', 'private-cloud', 'on-premise'] as const
export type Deployment = (typeof DEPLOYMENTS)[number]

/** How sensitive a request's content is, the least first. */
export const DATA_CLASSES = ['public', 'internal', 'confidential', 'restricted'] as const
export type DataClass = (typeof DATA_CLASSES)[number]

const ALLOWED: Readonly<Record<Deployment, readonly DataClass[]>> = {
  'cloud-api': ['public'],
  'private-cloud': ['public', 'internal'],
  'on-premise': DATA_CLASSES,
}

/** The data classes that may go to a deployment: confidential and restricted content never leaves the house. */
export function allowedDataClasses(deployment: Deployment): readonly DataClass[] {
  return ALLOWED[deployment]
}
