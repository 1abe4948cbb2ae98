import type { CallOutcome } from '../../../client/call-handle.ts'
import type { Switchyard } from '../../../client/switchyard.ts'

export interface Load {
  /** Number of the first request; each has its own id. */
  readonly from: number
  readonly to: number
  /** Requests under way at a time. */
  readonly inFlight: number
}

/** Too long to travel inline: each prompt and each answer is an object of its own in the content store. */
const FILLER = 'It has to be a long question, so that it is stored outside the histories. '.repeat(20)

export const TENANT = 'leave-nothing'

/** Makes the requests `from` up to, but without, `to`; some of them fail at first. Returns what came of each. */
export async function makeCalls(
  switchyard: Switchyard,
  { from, to, inFlight }: Load,
): Promise<CallOutcome[]> {
  const outcomes: CallOutcome[] = []
  let next = from
  const work = async () => {
    while (next < to) {
      const number = next++
      // oxlint-disable-next-line no-await-in-loop -- each of those in flight makes one call after the other
      outcomes.push(await makeCall(switchyard, number))
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
  return outcomes
}

function makeCall(switchyard: Switchyard, number: number): Promise<CallOutcome> {
  const prompt = `Question ${number}. ${FILLER} [[sim latency=20 tokens=500${faultOf(number)}]]`
  return switchyard.call(
    { prompt, maxOutputTokens: 1_000 },
    { requestId: `request-${number}`, tenant: TENANT, user: `user-${number % 7}` },
  )
}

/** One in ten is refused once for a moment, one in ten breaks off once: it is tried again, or by a fallback. */
function faultOf(number: number): string {
  if (number % 10 === 3) return ` fault=429 retry-after=0.2 times=1 key=request-${number}`
  if (number % 10 === 7) return ` fault=500 times=1 key=request-${number}`
  return ''
}
