import { utf8 } from './assignment/utf8.ts'
import { xxhash32 } from './assignment/xxhash32.ts'

/** What a request may be assigned by. */
export interface AssignmentIds {
  readonly sessionId?: string | undefined
  readonly userId?: string | undefined
  readonly requestId: string
}

/** One version's share of a model's traffic, 0 to 100. */
export interface ArmShare {
  readonly version: string
  readonly percent: number
}

/** Where a request goes. */
export interface Assignment {
  readonly version: string
  /** The share of its version then, 0 to 1: the weight that the statistics need. */
  readonly share: number
  /** Asked for by the caller: it is never diverted, and says nothing about the versions. */
  readonly isPinned: boolean
}

const HIGH_SEED = 0
const LOW_SEED = 0x5bd1e995

/**
 * What a request is assigned by: its session, else its user, else the request itself. The same key stays with its version
 * while the shares stand.
 */
export function assignmentKey({ sessionId, userId, requestId }: AssignmentIds): string {
  if (sessionId !== undefined) return `session:${sessionId}`
  return userId === undefined ? `request:${requestId}` : `user:${userId}`
}

/**
 * A key's place in [0, 1), evenly spread: 53 of the 64 bits of two XXH32 with different seeds, all that a number holds.
 * @param salt the model's, so that a key is not on the new side of every model at once; never the weight epoch, or every
 * change of shares would deal all keys anew
 */
export function placeOf(key: string, salt: string): number {
  const bytes = utf8(`${salt}\0${key}`)
  const high = xxhash32(bytes, HIGH_SEED)
  const low = xxhash32(bytes, LOW_SEED)
  return (high * 2 ** 21 + (low >>> 11)) / 2 ** 53
}

/**
 * The version for a key. The shares lie one after the other in [0, 1) and the last one takes the rest, so with the
 * canary before the stable version moving from 5 to 15 % moves the keys from 0.05 to 0.15 and no other.
 * @param shares in the same order every time, the stable version last
 * @throws RangeError when `sharesProblem` has something to say
 */
export function assignArm(key: string, salt: string, shares: readonly ArmShare[]): Assignment {
  const problem = sharesProblem(shares)
  if (problem !== undefined) throw new RangeError(problem)
  const place = placeOf(key, salt) * 100
  let end = 0
  for (const { version, percent } of shares.slice(0, -1)) {
    end += percent
    if (place < end) return { version, share: percent / 100, isPinned: false }
  }
  const rest = shares.at(-1) ?? { version: '', percent: 0 }
  return lastWithShare(shares, rest)
}

/** A request that names its version gets it, whatever the shares are. */
export function pinnedTo(version: string, shares: readonly ArmShare[]): Assignment {
  const share = (shares.find((arm) => arm.version === version)?.percent ?? 0) / 100
  return { version, share, isPinned: true }
}

/** How far the sum of shares may be from 100, which binary fractions cannot always meet. */
const TOLERANCE = 1e-6

/** What is wrong with the shares of a model, as a sentence; `undefined` when nothing is. */
export function sharesProblem(shares: readonly ArmShare[]): string | undefined {
  if (shares.length === 0) return 'there must be at least one version'
  const wrong = shares.find(({ percent }) => !(percent >= 0 && percent <= 100))
  if (wrong !== undefined) return `${wrong.version}: a share goes from 0 to 100, not ${wrong.percent}`
  const names = shares.map(({ version }) => version)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return `${twice} is there twice`
  const sum = shares.reduce((total, { percent }) => total + percent, 0)
  return Math.abs(sum - 100) <= TOLERANCE ? undefined : `the shares must add up to 100, not ${sum}`
}

/** The last version takes the rest; with a share of nothing it takes nothing, not even a rounding error. */
function lastWithShare(shares: readonly ArmShare[], rest: ArmShare): Assignment {
  const taker = rest.percent > 0 ? rest : (shares.findLast(({ percent }) => percent > 0) ?? rest)
  return { version: taker.version, share: taker.percent / 100, isPinned: false }
}
