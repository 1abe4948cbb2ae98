import { ApplicationFailure, currentUpdateInfo, setHandler } from '@temporalio/workflow'
import type { CommandName } from '../../domain/rollout/machine/events.ts'
import { COMMAND_EXAMPLES, readRolloutCommand } from '../inputs/rollout-input.ts'
import { ROLLOUT_UPDATES, type RolloutCommandInput } from '../rollout-contract.ts'
import type { Happening, RolloutBoard } from './rollout-board.ts'

const EFFECTS: Readonly<Record<CommandName, string>> = {
  pause: 'Stops the clock of the step; the guards go on.',
  resume: 'Lets a paused rollout go on.',
  promote: 'Ends the step as if it had what it needs; before 100 % the evidence has to be there.',
  'promote-full': 'Gives the new version all traffic now, at your own risk.',
  abort: 'Gives the stable version all traffic back.',
  retry: 'Begins a rollout that went back anew.',
  extend: 'Gives a step that is inconclusive its time once more.',
  'set-weight': 'Gives the new version another share of the traffic, in percent.',
  'decide-gate': 'Answers an open gate: approve goes on, reject rolls back.',
}

/** Lets operators drive a rollout, by an update for each command; a validator says at once why one is not taken. */
export function answerCommands(board: RolloutBoard): void {
  for (const name of commandNames()) {
    setHandler(
      ROLLOUT_UPDATES[name],
      (input) => {
        refuseIf(board.feed(commandEvent(name, input)))
        return board.state
      },
      {
        validator: (input) => {
          refuseIf(board.refusalOf(commandEvent(name, input)))
        },
        description: `${EFFECTS[name]} ${COMMAND_EXAMPLES[name]}`,
      },
    )
  }
}

function commandNames(): readonly CommandName[] {
  return Object.keys(ROLLOUT_UPDATES).filter((name): name is CommandName => name in EFFECTS)
}

function commandEvent(name: CommandName, input: RolloutCommandInput): Happening {
  const { requestId = currentUpdateInfo()?.id ?? '', ...given } = readRolloutCommand(name, input)
  return { kind: 'commanded', requestId, ...given }
}

function refuseIf(refusal: string | undefined): void {
  if (refusal !== undefined) throw ApplicationFailure.nonRetryable(refusal, 'CommandRefused')
}
