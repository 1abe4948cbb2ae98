/** Queue of the workflow and the activities without a saga. */
export const BARE_QUEUE = 'bench-fan-out'
