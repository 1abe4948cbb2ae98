import { decimal, wholeNumber } from '../option-values.ts'
import { explainRoute, type ExplainedRequest } from '../explain-route.ts'
import {
  OPTIMISATION_TARGETS,
  type OptimisationTarget,
  TASK_TYPES,
  type TaskType,
} from '../../domain/model-request.ts'
import { type Command, Option } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { COMPLEXITIES, type Complexity } from '../../domain/routing/route-input.ts'
import { DATA_CLASSES, type DataClass } from '../../domain/catalog/deployment.ts'
import { type ChecklistItem, selectionChecklist } from '../../domain/catalog/selection-checklist.ts'
import { loadSettings } from '../settings.ts'
import { readLocalCatalog } from '../local-models.ts'
import { readPrompt } from '../read-prompt.ts'
import { routeTable } from '../render/route-explanation.ts'

interface ExplainFlags {
  readonly task?: TaskType
  readonly target?: OptimisationTarget
  readonly model?: string
  readonly dataClass?: DataClass
  readonly complexity?: Complexity
  readonly maxOutputTokens?: number
  readonly budgetLeft?: number
}

const EXAMPLES = `
Examples:
  switchyard route explain "Write a function that reverses a list"
  switchyard route explain --task reasoning --target cost
  switchyard route explain --task chat --data-class confidential
  switchyard route explain - --json < prompt.txt | jq '.decision.reasons'

Decides by the catalog and the keys of this shell, as if nothing were measured yet; calls nothing.`

/** Adds `route` and what stands below it. */
export function addRouteCommands(program: Command, runner: CommandRunner): void {
  const route = program.command('route').description('how a model is chosen')
  addExplainCommand(route, runner)
  addChecklistCommand(route, runner)
}

function addExplainCommand(route: Command, runner: CommandRunner): void {
  route
    .command('explain')
    .description('show which models may answer a prompt, in which order, and why the others may not')
    .argument('[prompt]', 'the prompt; - for standard input (default: an empty one)')
    .addOption(new Option('--task <type>', 'what it is about (default: recognised)').choices(TASK_TYPES))
    .addOption(new Option('--target <target>', 'what to optimise for').choices(OPTIMISATION_TARGETS))
    .option('--model <name>', 'a model asked for by name')
    .addOption(
      new Option('--data-class <class>', 'how sensitive it is (default: public)').choices(DATA_CLASSES),
    )
    .addOption(new Option('--complexity <level>', 'how hard it is (default: judged)').choices(COMPLEXITIES))
    .option('--max-output-tokens <count>', 'upper bound of the answer', wholeNumber(1))
    .option('--budget-left <share>', 'share of the budget that is left, 0 to 1', decimal(0, 1))
    .addHelpText('after', EXAMPLES)
    .action(async (prompt: string | undefined, flags: ExplainFlags, command: Command) =>
      runner.run(command, async ({ options, print }) => {
        const local = await readLocalCatalog(loadSettings(options).catalogPath)
        const explanation = explainRoute(local, await readRequest(prompt, flags))
        print(explanation, () => routeTable(explanation))
      }),
    )
}

function addChecklistCommand(route: Command, runner: CommandRunner): void {
  route
    .command('checklist')
    .description('show what a careful choice of models takes, and what the catalog lacks of it')
    .addHelpText('after', '\nExample:\n  switchyard route checklist')
    .action(async (_flags: object, command: Command) =>
      runner.run(command, async ({ options, print }) => {
        const { whole } = await readLocalCatalog(loadSettings(options).catalogPath)
        const items = selectionChecklist(whole)
        print({ items }, () => checklistText(items))
      }),
    )
}

const SIGNS = { met: '✔', open: '!', unknown: '?' } as const

function checklistText(items: readonly ChecklistItem[]): string {
  return items.map(({ name, state, detail }) => `${SIGNS[state]} ${name.padEnd(15)} ${detail}`).join('\n')
}

async function readRequest(
  prompt: string | undefined,
  { budgetLeft, ...flags }: ExplainFlags,
): Promise<ExplainedRequest> {
  return {
    ...flags,
    prompt: prompt === undefined ? '' : await readPrompt(prompt, false),
    ...(budgetLeft === undefined ? {} : { budgetLeftShare: budgetLeft }),
  }
}
