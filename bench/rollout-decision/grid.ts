import {
  allGuards,
  atTenPercent,
  byEvidence,
  DECIDE_MINUTES,
  errors,
  inSessions,
  inSteps,
  plan,
  type Scenario,
  steppedPercent,
  tenPercent,
  tenThenAll,
  WATCH_MINUTES,
  withDefaultGuards,
  withDelay,
  withDrift,
  withIncident,
  withOnset,
} from './scenarios.ts'

/** Requests a minute of both arms; a canary of 10 % gets a tenth. */
const LOW = 60
const USUAL = 600
const HIGH = 6000

const canaryByDefault = plan({})
const rollingByDefault = plan({ strategy: 'rolling' })
const blueGreenByDefault = plan({ strategy: 'blue-green' })

type Kind = Pick<Scenario, 'plan' | 'weightAt' | 'minutes'>
const watched: Kind = { plan: atTenPercent, weightAt: tenPercent, minutes: WATCH_MINUTES }
const stepped: Kind = { plan: inSteps, weightAt: steppedPercent, minutes: WATCH_MINUTES }
const decided = (by: Scenario['plan']): Kind => ({ plan: by, minutes: DECIDE_MINUTES })

/** Healthy versions, two hours at 10 % unless it says otherwise: whoever rolls back is wrong. */
export const HEALTHY: readonly Scenario[] = [
  ...[LOW, USUAL, HIGH].flatMap((requests) =>
    [0.005, 0.02, 0.04, 0.08].map((badRate) => ({
      ...watched,
      name: `${requests / 10} canary requests/min, ${badRate * 100} % errors`,
      traffic: errors(badRate, 1, requests),
    })),
  ),
  { ...watched, name: 'a better version, 60/min, 2 %, half the errors', traffic: errors(0.02, 0.5, USUAL) },
  { ...watched, name: 'errors drift from 1 to 4 % on both arms', traffic: withDrift(1, USUAL) },
  { ...watched, name: 'shared 10-min incident, 60/min, 2 %', traffic: withIncident(0.02, 1, USUAL) },
  { ...watched, name: 'shared incident, 6/min, 2 %', traffic: withIncident(0.02, 1, LOW) },
  { ...stepped, name: 'steps 1-5-10-25-50 %, 600/min, 2 %', traffic: errors(0.02, 1, USUAL) },
  { ...stepped, name: 'steps and a shared incident', traffic: withIncident(0.02, 1, USUAL) },
  { ...stepped, name: 'steps and drift', traffic: withDrift(1, USUAL) },
  { ...watched, name: 'sticky sessions of 10, some hard', traffic: inSessions(1) },
  { ...stepped, name: 'sticky sessions and steps', traffic: inSessions(1) },
  { ...watched, name: 'late verdicts, 15 min', traffic: withDelay(0.02, 1, USUAL) },
  { ...stepped, name: 'late verdicts and steps', traffic: withDelay(0.02, 1, USUAL) },
  {
    ...watched,
    name: 'the default guards together, 60/min, 2 %',
    plan: withDefaultGuards(atTenPercent),
    traffic: allGuards(0.02, 1, USUAL),
  },
  { ...watched, name: 'latency over p95, as fast', traffic: errors(0.05, 1, USUAL) },
]

/** Versions that are worse: two hours at 10 %. */
export const WORSE: readonly Scenario[] = [
  ...[1.25, 1.5, 2, 2.5, 3, 5].map((ratio) => ({
    ...watched,
    name: `${ratio} x errors, 60/min, 2 %`,
    traffic: errors(0.02, ratio, USUAL),
  })),
  { ...watched, name: '2.5 x, 6/min', traffic: errors(0.02, 2.5, LOW) },
  { ...watched, name: '2.5 x, 600/min', traffic: errors(0.02, 2.5, HIGH) },
  { ...watched, name: '2.5 x with a shared incident', traffic: withIncident(0.02, 2.5, USUAL) },
  { ...stepped, name: '2.5 x in steps 1-5-10-25-50 %', traffic: errors(0.02, 2.5, USUAL) },
  { ...watched, name: '2.5 x in sticky sessions, 20/min', traffic: inSessions(2.5) },
  { ...watched, name: '2.5 x, verdicts 15 min late', traffic: withDelay(0.02, 2.5, USUAL) },
  { ...watched, name: '2.5 x from minute 30 on', traffic: withOnset(0.02, 2.5, USUAL) },
  {
    ...watched,
    name: '2.5 x errors under the default guards',
    plan: withDefaultGuards(atTenPercent),
    traffic: allGuards(0.02, 2.5, USUAL),
  },
  { ...watched, name: '10 % slower, over p95', traffic: errors(0.05, exceedance(1.1) / 0.05, USUAL) },
  { ...watched, name: '25 % slower, over p95', traffic: errors(0.05, exceedance(1.25) / 0.05, USUAL) },
]

const bothWays = (name: string, kind: Kind, traffic: (ratio: number) => Scenario['traffic']) => ({
  healthy: { ...kind, name, traffic: traffic(1) },
  /** At the ratio that the guards declare unacceptable. */
  unacceptable: { ...kind, name, traffic: traffic(2) },
})

/** Rollouts that may end at 100 %: promoted when healthy, and not when twice as bad. */
export const DECISIONS = [
  bothWays('10 % then all, 60/min, 2 %', decided(tenThenAll), (ratio) => errors(0.02, ratio, USUAL)),
  bothWays('10 % then all, 6/min, 2 %', decided(tenThenAll), (ratio) => errors(0.02, ratio, LOW)),
  bothWays('10 % then all, 600/min, 2 %', decided(tenThenAll), (ratio) => errors(0.02, ratio, HIGH)),
  bothWays('10 % then all, 60/min, 8 %', decided(tenThenAll), (ratio) => errors(0.08, ratio, USUAL)),
  bothWays('10 % then all, 600/min, 0.25 %', decided(tenThenAll), (ratio) => errors(0.0025, ratio, HIGH)),
  bothWays('10 % then all, shared incident', decided(tenThenAll), (ratio) =>
    withIncident(0.02, ratio, USUAL),
  ),
  bothWays('10 % then all, drift', decided(tenThenAll), (ratio) => withDrift(ratio, USUAL)),
  bothWays('10 % then all, sticky sessions', decided(tenThenAll), inSessions),
  bothWays('10 % then all, late verdicts', decided(tenThenAll), (ratio) => withDelay(0.02, ratio, USUAL)),
  bothWays('evidence at every step', decided(byEvidence), (ratio) => errors(0.02, ratio, USUAL)),
  bothWays('evidence at every step, incident', decided(byEvidence), (ratio) =>
    withIncident(0.02, ratio, USUAL),
  ),
  bothWays('evidence at every step, sessions', decided(byEvidence), inSessions),
  bothWays('canary as by default (last gate)', decided(canaryByDefault), (ratio) =>
    errors(0.02, ratio, USUAL),
  ),
  bothWays('rolling as by default (last gate)', decided(rollingByDefault), (ratio) =>
    errors(0.02, ratio, USUAL),
  ),
  bothWays('blue-green as by default (mirrored)', decided(blueGreenByDefault), (ratio) =>
    errors(0.02, ratio, USUAL),
  ),
  bothWays('canary, the default guards', decided(withDefaultGuards(canaryByDefault)), (ratio) =>
    allGuards(0.02, ratio, USUAL),
  ),
  bothWays('10 % then all, the default guards', decided(withDefaultGuards(tenThenAll)), (ratio) =>
    allGuards(0.02, ratio, USUAL),
  ),
]

/** The cells that a bound is about. */
export const ONE_GUARD = '2.5 x errors, 60/min, 2 %'
export const DEFAULT_SET = '2.5 x errors under the default guards'

/** Share of a lognormal time (sigma 0.6), `factor` times as long, over what was its 95th percentile. */
function exceedance(factor: number): number {
  const [p95, sigma] = [1.644854, 0.6]
  return 1 - normalShare(p95 - Math.log(factor) / sigma)
}

/** The standard normal distribution function, by Simpson's rule from 0. */
function normalShare(z: number): number {
  const parts = 200
  const width = z / parts
  const inner = Array.from({ length: parts - 1 }, (_, index) => index + 1).reduce(
    (sum, index) => sum + (index % 2 === 1 ? 4 : 2) * density(index * width),
    0,
  )
  return 0.5 + (width / 3) * (density(0) + inner + density(z))
}

function density(x: number): number {
  return Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI)
}
