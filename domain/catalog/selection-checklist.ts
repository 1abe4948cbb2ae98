import type { Catalog, Endpoint } from './model.ts'
import { quotaLimitsOf } from './endpoint-defaults.ts'
import { TASK_TYPES, type TaskType } from '../model-request.ts'

/** What a careful choice of models takes, and whether this catalog has it. */
export interface ChecklistItem {
  readonly name: string
  /** `unknown`: nobody told; it counts as open. */
  readonly state: 'met' | 'open' | 'unknown'
  readonly detail: string
}

/** What the catalog itself cannot say. What is absent is unknown. */
export interface SelectionFacts {
  /** Evaluated cases by task type and model. */
  readonly evaluatedCases?: Readonly<Partial<Record<TaskType, Readonly<Record<string, number>>>>>
  /** Whether somebody is told before a budget is spent. */
  readonly hasCostAlert?: boolean
}

/** Fewer evaluated candidates are no choice, fewer cases no evaluation. */
const LEAST_CANDIDATES = 3
const LEAST_CASES = 20

/** Goes through the checklist for a catalog as parsed: what it may call, not what this machine has keys for. */
export function selectionChecklist(catalog: Catalog, facts: SelectionFacts = {}): readonly ChecklistItem[] {
  const remote = Object.values(catalog.endpoints).filter(({ kind }) => kind !== 'local')
  const limitless = remote.filter((endpoint) => Object.keys(quotaLimitsOf(catalog, endpoint)).length === 0)
  const unplaced = remote.filter(({ deployment }) => deployment === undefined)
  const alone = TASK_TYPES.filter((task) => endpointsOf(catalog, task).size < 2)
  return [
    { name: 'pinned versions', state: 'met', detail: 'a catalog with an alias is refused' },
    item('fallbacks', alone, 'every task has a model at a second endpoint', 'no second endpoint for'),
    item('rate limits', names(limitless), 'every quota pool has its limits', 'no limits stated for'),
    item('data residency', names(unplaced), 'every endpoint says where it runs', 'no deployment stated for'),
    evaluation(catalog, facts),
    costAlert(facts),
  ]
}

function item(name: string, lacking: readonly string[], met: string, open: string): ChecklistItem {
  return lacking.length === 0
    ? { name, state: 'met', detail: met }
    : { name, state: 'open', detail: `${open} ${lacking.join(', ')}` }
}

function names(endpoints: readonly Endpoint[]): readonly string[] {
  return endpoints.map(({ name }) => name)
}

function endpointsOf(catalog: Catalog, task: TaskType): ReadonlySet<string> {
  const { model, fallbacks } = catalog.tasks[task]
  return new Set([model, ...fallbacks].flatMap((name) => catalog.models[name]?.versions[0]?.endpoint ?? []))
}

function evaluation(catalog: Catalog, { evaluatedCases }: SelectionFacts): ChecklistItem {
  const name = 'evaluation'
  if (evaluatedCases === undefined) return { name, state: 'unknown', detail: 'no evaluation is known' }
  const lacking = TASK_TYPES.filter((task) => {
    const { model, fallbacks } = catalog.tasks[task]
    const cases = evaluatedCases[task] ?? {}
    const evaluated = [model, ...fallbacks].filter((candidate) => (cases[candidate] ?? 0) >= LEAST_CASES)
    return evaluated.length < LEAST_CANDIDATES
  })
  const wanted = `${LEAST_CANDIDATES} models with ${LEAST_CASES} cases each`
  return item(name, lacking, `every task has ${wanted}`, `fewer than ${wanted} for`)
}

function costAlert({ hasCostAlert }: SelectionFacts): ChecklistItem {
  const name = 'cost alert'
  if (hasCostAlert === undefined) return { name, state: 'unknown', detail: 'no budget is known' }
  return hasCostAlert
    ? { name, state: 'met', detail: 'somebody is told before a budget is spent' }
    : { name, state: 'open', detail: 'nobody is told before a budget is spent' }
}
