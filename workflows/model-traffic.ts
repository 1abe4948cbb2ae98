import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { changeTrafficUpdate, type ModelTrafficInput, trafficQuery } from './traffic-contract.ts'
import { COMMAND_EXAMPLE, readModelTrafficInput, readTrafficCommand } from './inputs/model-traffic-input.ts'
import { FAILURE_TYPES } from './contract.ts'
import { ROLLOUT_ATTRIBUTES } from './rollout/search-attributes.ts'
import { TrafficDesk } from './traffic/traffic-desk.ts'
import type { TrafficState } from '../domain/traffic/traffic-state.ts'

/**
 * Decides how one model's traffic is shared out among its versions, for as long as there is the model: the only writer
 * of its row in the routing table, and the one that grants the lease by which a rollout may change shares. From the
 * Temporal UI: `{"model": "chat-small"}` under the id `model/chat-small`; who changes traffic starts it by itself.
 * Ends only when it is cancelled or terminated; the next one begins with everything on the stable version.
 * @param carried only set by the run before this one
 */
export async function modelTraffic(input: ModelTrafficInput, carried?: TrafficState): Promise<never> {
  const read = readModelTrafficInput(input, workflowInfo().workflowId)
  const desk = new TrafficDesk(read.model, carried)
  answerCommands(desk)
  const problem = await desk.open()
  if (problem !== undefined) {
    await condition(allHandlersFinished)
    throw ApplicationFailure.nonRetryable(problem, FAILURE_TYPES.invalidInput)
  }
  if (carried === undefined) {
    upsertSearchAttributes([{ key: ROLLOUT_ATTRIBUTES.model, value: read.model }])
  }
  const isLongEnough = (): boolean =>
    desk.commands >= read.commandsPerRun || workflowInfo().continueAsNewSuggested
  while (!isLongEnough()) {
    // oxlint-disable-next-line no-await-in-loop -- one wait after the other is what it is for
    await untilDue(desk, isLongEnough)
    // oxlint-disable-next-line no-await-in-loop
    await desk.tick()
  }
  await condition(allHandlersFinished)
  const { state } = desk
  if (state === undefined) throw new Error(`${read.model} lost its state`)
  return continueAsNew<typeof modelTraffic>(read, state)
}

function answerCommands(desk: TrafficDesk): void {
  setHandler(changeTrafficUpdate, (command) => desk.take(readTrafficCommand(command)), {
    validator: (command) => desk.check(readTrafficCommand(command)),
    description:
      'Changes the shares, by whoever holds the lease; rollouts do. Kinds: register, take-lease, renew-lease, ' +
      `set-shares, revert, release-lease, tick. ${COMMAND_EXAMPLE}`,
  })
  setHandler(trafficQuery, () => desk.state ?? null, {
    description: 'Versions, shares, lease and history. Takes no input.',
  })
}

/**
 * Waits until the lease may be over, or the history is long enough. A renewal starts no new timer: the old one ends
 * first, and finds that there is time left.
 */
async function untilDue(desk: TrafficDesk, isLongEnough: () => boolean): Promise<void> {
  const dueAtMs = expiryOf(desk)
  const isDue = (): boolean => isLongEnough() || expiryOf(desk) < dueAtMs
  if (dueAtMs === Infinity) await condition(isDue)
  else await condition(isDue, Math.max(1, dueAtMs - Date.now()))
}

function expiryOf({ state }: TrafficDesk): number {
  return state?.lease?.expiresAtMs ?? Infinity
}
