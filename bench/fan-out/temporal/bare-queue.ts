/** Queue of the workflow and its calls, where one worker has both. */
export const BARE_QUEUE = 'bench-fan-out'

/** Queue of the workflow where its calls have a worker of their own. */
export const SPLIT_QUEUE = 'bench-fan-out-split'

/** Queue of those calls. */
export const SPLIT_CALL_QUEUE = 'bench-fan-out-split-calls'
