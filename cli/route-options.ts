import { COMPLEXITIES, type Complexity } from '../domain/model-request.ts'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { DATA_CLASSES, type DataClass } from '../domain/catalog/deployment.ts'
import { PRIORITIES, type Priority } from '../domain/limits/ticket.ts'
import type { ScoreWeights } from '../domain/catalog/score-weights.ts'

/** What the command line may say about the choice of models. */
export interface RouteFlags {
  readonly dataClass?: DataClass
  readonly complexity?: Complexity
  readonly weights?: ScoreWeights
  readonly session?: string
}

/** Which version of a model is meant. */
export interface VersionFlags {
  readonly versionPin?: string
}

/** Adds `--data-class`, `--complexity`, `--weights` and `--session`. */
export function addRouteOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--data-class <class>', "how sensitive it is (default: the tenant's, else public)").choices(
        DATA_CLASSES,
      ),
    )
    .addOption(new Option('--complexity <level>', 'how hard it is (default: judged)').choices(COMPLEXITIES))
    .option('--weights <list>', 'what counts, e.g. cost=1,latency=0.5,quality=2; absent ones are 0', weights)
    .option(
      '--session <id>',
      'what it belongs to: a session stays with one version of a model (default: the user)',
    )
}

/** Adds `--version-pin`. */
export function addVersionOption(command: Command): Command {
  return command.option(
    '--version-pin <version>',
    'this version of --model and no other (default: by the shares)',
  )
}

/** The flags as a request holds them. */
export function pinnedVersion({ versionPin }: VersionFlags): { readonly version?: string } {
  return versionPin === undefined ? {} : { version: versionPin }
}

/** Adds `--priority`. */
export function addPriorityOption(command: Command): Command {
  return command.option(
    '--priority <1-5>',
    'where it waits for a rate limit: 1 goes first (default: 3)',
    priority,
  )
}

/** The flags as a request holds them. */
export function routeWishes({ dataClass, complexity, weights: given, session }: RouteFlags): RouteFlags {
  return {
    ...(dataClass === undefined ? {} : { dataClass }),
    ...(complexity === undefined ? {} : { complexity }),
    ...(given === undefined ? {} : { weights: given }),
    ...(session === undefined ? {} : { session }),
  }
}

/** Proportions as `cost=1,quality=2`. */
function weights(text: string): ScoreWeights {
  const entries = text
    .split(',')
    .map((entry) => /^\s*(cost|latency|quality)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(entry))
  const read = new Map(entries.flatMap((entry) => (entry === null ? [] : [[entry[1], Number(entry[2])]])))
  const [cost = 0, latency = 0, quality = 0] = [read.get('cost'), read.get('latency'), read.get('quality')]
  if (read.size === entries.length && cost + latency + quality > 0) return { cost, latency, quality }
  throw new InvalidArgumentError(
    'It must be numbers for cost, latency and quality such as cost=1,latency=0.5,quality=2.',
  )
}

function priority(text: string): Priority {
  const known = PRIORITIES.find((candidate) => String(candidate) === text.trim())
  if (known !== undefined) return known
  throw new InvalidArgumentError(`It must be one of ${PRIORITIES.join(', ')}.`)
}
