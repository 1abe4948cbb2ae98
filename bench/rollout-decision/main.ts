import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { printTable, requireAtMost } from '../rig/figures.ts'
import { readBenchOptions } from '../rig/read-options.ts'
import { DECISIONS, DEFAULT_SET, HEALTHY, ONE_GUARD, WORSE } from './grid.ts'
import { type Cell, drawPicture } from './picture.ts'
import { PEER_NAMES } from './peers.ts'
import { QUALITY_DIFFERENCES, simulateQuality } from './quality.ts'
import { type Outcome, OURS, replicate, type RuleName } from './replicate.ts'
import type { Scenario } from './scenarios.ts'
import { formatShare } from './wilson.ts'

const PICTURE = fileURLToPath(new URL('../../docs/images/rollout-decision.svg', import.meta.url))
const BOUND_PERCENT = 5
const MOST_REQUESTS = 350
/** What an operator would like to see with all default guards; printed, not required. */
const AIM_REQUESTS = 500

const { replicates, seed, picture } = readBenchOptions('bench:rollout-decision', {
  replicates: 4000,
  seed: 20261121,
  picture: PICTURE,
})
const startedAt = performance.now()
console.log(`seed ${seed}, ${replicates} replicates a cell, Wilson intervals at 95 %, a reading a minute`)

const RULES: readonly RuleName[] = [...PEER_NAMES, OURS]
const healthy = HEALTHY.map((scenario) => cellOf(scenario))
printRules('Healthy versions: rolled back, which is wrong', healthy)

const worse = WORSE.map((scenario) => cellOf(scenario))
printRules('Worse versions: rolled back (median minute)', worse)
printTable(
  'Worse versions, e-process: canary requests and bad events until the rollback',
  ['', 'median requests', 'p90', 'median bad events'],
  worse.map(({ name, outcomes }) => {
    const ours = outcomes[OURS]
    return [name, count(ours?.medianRequests), count(ours?.p90Requests), count(ours?.medianBad)]
  }),
)

const decisions = DECISIONS.map(({ healthy: good, unacceptable }) => ({
  name: good.name,
  good: outcomeOf(good),
  bad: outcomeOf({ ...unacceptable, name: `${unacceptable.name}, twice as bad` }),
}))
printTable(
  'Rollouts to 100 %, four hours, e-process',
  ['', 'healthy: promoted', 'rolled back', 'undecided', '2 x: promoted (missed)', 'rolled back'],
  decisions.map(({ name, good, bad }) => [
    name,
    ...[good.promoted, good.rolledBack, good.undecided, bad.promoted, bad.rolledBack].map(formatShare),
  ]),
)

const quality = QUALITY_DIFFERENCES.map((difference) => ({
  difference,
  outcome: simulateQuality(difference, seed, replicates),
}))
printTable(
  'Scores of matched pairs, up to 2,000: 0.02 lower is fine, 0.05 lower must not be promoted',
  ['difference', 'rolled back', 'median pairs', 'promoted'],
  quality.map(({ difference, outcome }) => [
    String(difference),
    formatShare(outcome.rolledBack),
    count(outcome.medianPairs),
    formatShare(outcome.promoted),
  ]),
)

await writeFile(picture, drawPicture(healthy, worse, { seed, replicates }))
console.log(`\nwrote ${picture}\n`)
requireBounds()
console.log(`took ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)

function requireBounds(): void {
  for (const { name, outcomes } of healthy)
    requireAtMost(
      `false rollback, %, upper bound: ${name}`,
      upper(outcomes[OURS]?.rolledBack.high),
      BOUND_PERCENT,
    )
  for (const { name, good } of decisions)
    requireAtMost(`false rollback, %, upper bound: ${name}`, upper(good.rolledBack.high), BOUND_PERCENT)
  for (const { name, bad } of decisions)
    requireAtMost(`missed at 2 x, %: ${name}`, upper(bad.promoted.share), BOUND_PERCENT)
  for (const { difference, outcome } of quality) {
    if (difference >= -0.02)
      requireAtMost(
        `false rollback, %, upper bound: scores ${difference}`,
        upper(outcome.rolledBack.high),
        BOUND_PERCENT,
      )
    if (difference <= -0.05)
      requireAtMost(`missed, %: scores ${difference}`, upper(outcome.promoted.share), BOUND_PERCENT)
  }
  requireAtMost('median canary requests to find 2.5 x, one guard', medianOf(ONE_GUARD), MOST_REQUESTS)
  const all = medianOf(DEFAULT_SET)
  console.log(
    `${all < AIM_REQUESTS ? 'meets ' : 'misses'} the aim, default guards: ${all} (under ${AIM_REQUESTS})`,
  )
}

function medianOf(name: string): number {
  return worse.find((cell) => cell.name === name)?.outcomes[OURS]?.medianRequests ?? Infinity
}

function cellOf(scenario: Scenario): Cell {
  return { name: scenario.name, outcomes: replicate(scenario, seed, replicates) }
}

function outcomeOf(scenario: Scenario): Outcome {
  const outcome = replicate(scenario, seed, replicates)[OURS]
  if (outcome === undefined) throw new Error(`no outcome for ${scenario.name}`)
  return outcome
}

function printRules(title: string, cells: readonly Cell[]): void {
  printTable(
    title,
    ['', ...RULES],
    cells.map(({ name, outcomes }) => [
      name,
      ...RULES.map((rule) => {
        const outcome = outcomes[rule]
        if (outcome === undefined) return '-'
        const minutes = Number.isFinite(outcome.medianMinutes) ? `, ${outcome.medianMinutes} min` : ''
        return `${formatShare(outcome.rolledBack)}${minutes}`
      }),
    ]),
  )
}

function upper(share: number | undefined): number {
  return (share ?? 1) * 100
}

function count(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? 'never' : String(value)
}
