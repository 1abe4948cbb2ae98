import { callUpstream } from '../upstream/call-upstream.ts'

/** One POST each, and nothing else. */
export const bareActivities = { callUpstream }

export type BareActivities = typeof bareActivities
