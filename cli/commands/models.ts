import { NotConnectedError, NoWorkerError } from '../../client/errors.ts'
import type { Command } from 'commander'
import type { CommandContext, CommandRunner } from '../command-context.ts'
import { loadSettings } from '../settings.ts'
import type { ModelList } from '../../domain/catalog/model-list.ts'
import { modelTable } from '../render/model-list.ts'
import { readLocalModels } from '../local-models.ts'
import type { TrafficReport } from '../../domain/traffic/traffic-report.ts'
import { withSession } from '../session.ts'

const EXAMPLES = `
Examples:
  switchyard models
  switchyard models --json | jq '.catalog.tasks.planning'`

/** Adds `models`. */
export function addModelsCommand(program: Command, runner: CommandRunner): void {
  program
    .command('models')
    .description('show what can be called, at which price and share of the traffic, and what cannot and why')
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: object, command: Command) =>
      runner.run(command, async (context) => {
        const models = await readModels(context)
        context.print(models, () => modelTable(models, models.traffic))
      }),
    )
}

/** What can be called, and how traffic is shared out among versions. */
interface SharedModels extends ModelList {
  readonly traffic: readonly TrafficReport[]
}

async function readModels({ options, terminal }: CommandContext): Promise<SharedModels> {
  try {
    return await withSession(options, async ({ switchyard }) => {
      const [models, traffic] = await Promise.all([switchyard.models(), switchyard.traffic()])
      return { ...models, traffic }
    })
  } catch (error) {
    if (!(error instanceof NotConnectedError || error instanceof NoWorkerError)) throw error
    const { catalogPath } = loadSettings(options)
    terminal.note(`Nothing runs, so this is ${catalogPath} with the keys of this shell.`)
    return { ...(await readLocalModels(catalogPath)), traffic: [] }
  }
}
