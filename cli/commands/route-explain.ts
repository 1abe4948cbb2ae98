import { decimal, wholeNumber } from '../option-values.ts'
import { explainRoute } from '../explain-route.ts'
import {
  OPTIMISATION_TARGETS,
  type OptimisationTarget,
  TASK_TYPES,
  type TaskType,
} from '../../domain/model-request.ts'
import { type Command, Option } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import {
  addRouteOptions,
  addVersionOption,
  pinnedVersion,
  type RouteFlags,
  routeWishes,
  type VersionFlags,
} from '../route-options.ts'
import type { GlobalOptions } from '../global-options.ts'
import { loadSettings } from '../settings.ts'
import { readLocalCatalog } from '../local-models.ts'
import { readPrompt } from '../read-prompt.ts'
import type { RouteExplanation } from '../../domain/routing/route-explanation.ts'
import { routeTable } from '../render/route-explanation.ts'
import { withSession } from '../session.ts'

interface ExplainFlags extends RouteFlags, VersionFlags {
  readonly task?: TaskType
  readonly target?: OptimisationTarget
  readonly model?: string
  readonly user?: string
  readonly maxOutputTokens?: number
  readonly budgetLeft?: number
  readonly offline?: boolean
}

const EXAMPLES = `
Examples:
  switchyard route explain "Write a function that reverses a list"
  switchyard route explain --task chat --data-class confidential --tenant acme
  switchyard route explain --offline --task reasoning --target cost
  switchyard route explain - --json < prompt.txt | jq '.decision.reasons'

Asks the running system, which decides by what it measures now: latency, health, limits and what is left of the
budgets. With --offline it decides by the catalog and the keys of this shell, as if nothing were measured yet. Calls
nothing.`

/** Adds `route explain`. */
export function addExplainCommand(route: Command, runner: CommandRunner): void {
  const command = route
    .command('explain')
    .description('show which models may answer a prompt, in which order, and why the others may not')
    .argument('[prompt]', 'the prompt; - for standard input (default: an empty one)')
    .addOption(new Option('--task <type>', 'what it is about (default: recognised)').choices(TASK_TYPES))
    .addOption(new Option('--target <target>', 'what to optimise for').choices(OPTIMISATION_TARGETS))
    .option('--model <name>', 'a model asked for by name')
    .option('--user <id>', 'whose budgets count, beside those of the tenant')
    .option('--max-output-tokens <count>', 'upper bound of the answer', wholeNumber(1))
    .option('--budget-left <share>', 'as if this share of the budget were left, 0 to 1', decimal(0, 1))
    .option('--offline', 'decide by the catalog and the keys of this shell alone')
  addRouteOptions(addVersionOption(command))
    .addHelpText('after', EXAMPLES)
    .action(async (prompt: string | undefined, flags: ExplainFlags, self: Command) =>
      runner.run(self, async ({ options, print }) => {
        const text = prompt === undefined ? '' : await readPrompt(prompt, false)
        const explain = flags.offline === true ? explainOffline : explainLive
        const explanation = await explain(text, flags, options)
        print(explanation, () => routeTable(explanation))
      }),
    )
}

async function explainLive(
  prompt: string,
  flags: ExplainFlags,
  options: GlobalOptions,
): Promise<RouteExplanation> {
  const { user, budgetLeft } = flags
  const request = { ...requestOf(flags), ...(prompt === '' ? {} : { prompt }) }
  return withSession(options, ({ switchyard, tenant }) =>
    switchyard.explainRoute(request, {
      tenant,
      ...(user === undefined ? {} : { user }),
      ...(budgetLeft === undefined ? {} : { budgetLeftShare: budgetLeft }),
    }),
  )
}

async function explainOffline(
  prompt: string,
  flags: ExplainFlags,
  options: GlobalOptions,
): Promise<RouteExplanation> {
  const { budgetLeft } = flags
  const local = await readLocalCatalog(loadSettings(options).catalogPath)
  return explainRoute(local, {
    ...requestOf(flags),
    prompt,
    tenant: options.tenant ?? 'default',
    ...(budgetLeft === undefined ? {} : { budgetLeftShare: budgetLeft }),
  })
}

function requestOf(flags: ExplainFlags) {
  const { task, target, model, maxOutputTokens } = flags
  return {
    ...(task === undefined ? {} : { task }),
    ...(target === undefined ? {} : { target }),
    ...(model === undefined ? {} : { model }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...pinnedVersion(flags),
    ...routeWishes(flags),
  }
}
