import type { Command } from 'commander'
import { Option } from 'commander'
import { decimal, duration } from './option-values.ts'
import { InvalidRequestError } from '../client/errors.ts'
import { isRecord } from '../domain/reading/composites.ts'
import { readYamlFile } from './read-yaml-file.ts'
import { readWhole } from '../domain/reading/reader.ts'
import { type RolloutRequest, rolloutRequest } from '../domain/rollout/planning/rollout-request.ts'
import { STRATEGIES, type StrategyName } from '../domain/rollout/strategy.ts'
import { UsageError } from './cli-error.ts'
import { userInfo } from 'node:os'

/** What the commands that make a rollout take. */
export interface RolloutFlags {
  readonly strategy?: StrategyName
  readonly startPercent?: number
  readonly stepPercent?: number
  readonly targetPercent?: number
  readonly mirrorPercent?: number
  readonly observe?: number
  readonly step?: number
  readonly advance?: 'time' | 'evidence'
  readonly fullWithoutEvidence?: boolean
  readonly plan?: string
  readonly by?: string
}

export const ROLLOUT_PLAN_HELP = `
Without options: a canary that begins with 5 %, is observed for 5 minutes, then grows by 10 % a minute; the last step to
100 % needs evidence. A file given with --plan holds any other member of a rollout, as the Temporal UI takes them:
  steps:
    - { canaryPercent: 5, observeMs: 300000, advance: evidence }
    - { canaryPercent: 50, gate: { question: "Seen the answers?" } }
    - { canaryPercent: 100 }
  guards: [errors, refusals, { metric: time-to-first-token, limitMs: 800 }]`

/** Adds the arguments and options of a rollout. */
export function addRolloutOptions(command: Command): Command {
  const percent = decimal(0.01, 100)
  return command
    .argument('<model>', 'a model of the catalog')
    .argument('<version>', 'the version that is to get its traffic')
    .addOption(new Option('--strategy <name>', 'how the traffic moves').choices(STRATEGIES))
    .option('--start-percent <percent>', 'the first share of a canary, at most 5', percent)
    .option('--step-percent <percent>', 'by how much the share grows a step', decimal(1, 100))
    .option('--target-percent <percent>', 'where it ends', percent)
    .option(
      '--mirror-percent <percent>',
      'the share of requests that are copied (shadow, blue-green)',
      percent,
    )
    .option('--observe <time>', 'how long the first step is observed, such as 5m', duration)
    .option('--step <time>', 'how long each later step is observed', duration)
    .addOption(new Option('--advance <by>', 'what ends a step').choices(['time', 'evidence']))
    .option('--full-without-evidence', 'go to 100 % by time alone, at your own risk')
    .option('--plan <file>', 'YAML or JSON with more of the rollout; options win over it')
    .option('--by <name>', 'who starts it (default: the user of this machine)')
}

/** Who acts. */
export function operatorOf({ by }: { readonly by?: string }): string {
  return by ?? userInfo().username
}

/** The rollout that options and file describe. @throws UsageError, InvalidRequestError */
export async function readRolloutOptions(
  model: string,
  version: string,
  flags: RolloutFlags,
): Promise<RolloutRequest> {
  const { observe, step, plan, by: _by, ...settings } = flags
  const file = plan === undefined ? {} : await readPlanFile(plan)
  const request = {
    ...file,
    model,
    version,
    ...settings,
    ...(observe === undefined ? {} : { observeMs: observe }),
    ...(step === undefined ? {} : { stepMs: step }),
  }
  const read = readWhole(rolloutRequest, request)
  if (!read.ok) throw new InvalidRequestError('the rollout', read.problems)
  return read.value
}

async function readPlanFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await readYamlFile(path)
  if (isRecord(value)) return value
  throw new UsageError(`${path} holds no members of a rollout`, 'See --help for what it may hold.')
}
