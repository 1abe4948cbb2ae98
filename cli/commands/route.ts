import { type ChecklistItem, selectionChecklist } from '../../domain/catalog/selection-checklist.ts'
import { addExplainCommand } from './route-explain.ts'
import { addReplayCommand } from './route-replay.ts'
import type { Command } from 'commander'
import type { CommandRunner } from '../command-context.ts'
import { loadSettings } from '../settings.ts'
import { readLocalCatalog } from '../local-models.ts'

/** Adds `route` and what stands below it. */
export function addRouteCommands(program: Command, runner: CommandRunner): void {
  const route = program.command('route').description('how a model is chosen')
  addExplainCommand(route, runner)
  addReplayCommand(route, runner)
  addChecklistCommand(route, runner)
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
