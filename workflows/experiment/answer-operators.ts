import { ApplicationFailure, setHandler } from '@temporalio/workflow'
import {
  EXTEND_EXAMPLE,
  readExtendExperiment,
  readStopExperiment,
  STOP_EXAMPLE,
} from '../inputs/experiment-input.ts'
import type { ExperimentBoard } from './experiment-board.ts'
import { experimentQuery, extendExperimentUpdate, stopExperimentUpdate } from '../experiment-contract.ts'

/** Lets people watch, stop and extend an experiment; a validator says at once why not. */
export function answerOperators(board: ExperimentBoard): void {
  setHandler(experimentQuery, () => board.current ?? null, {
    description: 'What is compared, what the last look found, and how it ended. Takes no input.',
  })
  setHandler(
    stopExperimentUpdate,
    (input) => {
      board.end({ reason: 'stopped', ...readStopExperiment(input) })
      return board.state
    },
    {
      validator: (input) => {
        readStopExperiment(input)
        // Stopped twice is stopped once.
        if (board.current?.end?.reason !== 'stopped') refuse(board.refusal())
      },
      description: `Ends it as it stands and gives the traffic back. ${STOP_EXAMPLE}`,
    },
  )
  setHandler(
    extendExperimentUpdate,
    (input) => {
      board.extend(readExtendExperiment(input))
      return board.state
    },
    {
      validator: (input) => {
        readExtendExperiment(input)
        refuse(board.refusal())
      },
      description: `Gives it more time or units; every look stays valid. ${EXTEND_EXAMPLE}`,
    },
  )
}

function refuse(refusal: string | undefined): void {
  if (refusal !== undefined) throw ApplicationFailure.nonRetryable(refusal, 'CommandRefused')
}
