import { createContext, Script } from 'node:vm'
import { BaseVMWorkflow } from '@temporalio/worker/lib/workflow/vm-shared.js'
import { promiseHooks } from 'node:v8'

// Runs in each thread that runs workflows, before the SDK's own code. It is about time alone: what workflow code computes is
// the same without it. See docs/decisions/0018-lean-workflow-threads.md.

/** As long as the SDK lets one call into workflow code take, in milliseconds. */
const LONGEST_ACTIVATION_MS = 5_000

// oxlint-disable-next-line typescript/unbound-method -- each is called with its own `this` below
const { runInContext } = Script.prototype
// oxlint-disable-next-line typescript/unbound-method
const { activate } = BaseVMWorkflow.prototype

const enter = new Script('work()')
const surroundings = createContext({})

/** Runs code that is stopped after a while, even if it never yields. @throws Error `ERR_SCRIPT_EXECUTION_TIMEOUT` */
function underWatchdog<Result>(work: () => Result): Result {
  surroundings['work'] = work
  try {
    const result: Result = runInContext.call(enter, surroundings, { timeout: LONGEST_ACTIVATION_MS })
    return result
  } finally {
    delete surroundings['work']
  }
}

// For a time limit Node starts a thread, and the SDK sets one at each of the four calls that an activation comes to. Here one
// holds for them all; what is left runs the modules of the bundle, and no workflow.
Script.prototype.runInContext = function runUnlimited(context, options) {
  if (typeof options !== 'object') return runInContext.call(this, context, options)
  const { timeout: _timeout, ...unlimited } = options
  return runInContext.call(this, context, unlimited)
}

BaseVMWorkflow.prototype.activate = async function activateWatched(activation) {
  try {
    return await underWatchdog(() => activate.call(this, activation))
  } catch (error) {
    // What the SDK answers when a limit of its own is over.
    return { runId: this.runId, failed: { failure: this['activator'].errorToFailure(error) } }
  }
}

// The SDK keeps the stack of every promise that workflow code makes; where V8 is told to keep none, there is nothing to keep.
if (Error.stackTraceLimit === 0) promiseHooks.createHook = () => () => {}
