import { setFlagsFromString } from 'node:v8'

/**
 * Node lets each isolate keep up to 128 MiB for objects that have just been made, and V8 hardly gives them back: a
 * worker's memory would grow for its first thousand requests. With 8 MiB a half-space it stays where it is after the
 * first hundred, and costs no measurable time.
 */
export const YOUNG_GENERATION_FLAG = '--max-semi-space-size=8'

/** For isolates that are started from now on, as the one that workflows run in. The main one takes it from `NODE_OPTIONS`. */
export function boundYoungGenerations(): void {
  setFlagsFromString(YOUNG_GENERATION_FLAG)
}

/**
 * The SDK captures a stack for every promise that workflow code makes, which takes half of a workflow's time. A history
 * replays with the same stacks as often as one likes, so production does without: 0.
 * @param frames per stack, for isolates that are started from now on; the process's own errors keep theirs
 */
export function boundWorkflowStacks(frames: number): void {
  setFlagsFromString(`--stack-trace-limit=${frames}`)
}
