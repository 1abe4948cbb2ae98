import type { z } from 'zod'

/** Keys and indices from the top of the catalog file to the place that is wrong. */
export type CatalogPath = readonly (string | number)[]

/** One thing that is wrong with a catalog, and what to do about it. */
export interface CatalogProblem {
  readonly path: CatalogPath
  readonly message: string
}

/** A catalog that cannot be used. Its message lists every problem, one a line. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError'
  /** `path: message`, e.g. `models.chat-small.versions[0].id: …`. */
  readonly problems: readonly string[]

  constructor(sourceName: string, problems: readonly CatalogProblem[]) {
    const lines = problems.map(({ path, message }) =>
      path.length === 0 ? message : `${pathText(path)}: ${message}`,
    )
    super(
      `${sourceName} has ${lines.length} problem${lines.length === 1 ? '' : 's'}:\n  ${lines.join('\n  ')}`,
    )
    this.problems = lines
  }
}

/** `models.chat-small.versions[0].id` */
function pathText(path: CatalogPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('')
}

/** Turns what zod found below `base` into problems that say what to do. */
export function schemaProblems(base: CatalogPath, error: z.ZodError): CatalogProblem[] {
  return error.issues.flatMap((issue): CatalogProblem[] => {
    const path = [...base, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: 'is no field of the catalog; remove it or correct its spelling',
      }))
    }
    return [{ path, message: issue.message }]
  })
}

/** A zod error function: says that a field is missing, or what was expected instead of what stands there. */
export function expecting(expected: string): { error: (issue: { readonly input?: unknown }) => string } {
  return {
    error: ({ input }) =>
      input === undefined
        ? `is missing; set it to ${expected}`
        : `must be ${expected}, not ${JSON.stringify(input)}`,
  }
}

/** Says that a name is not among those of its section. */
export function unknownName(name: string, known: ReadonlySet<string>): string {
  const choices = [...known].join(', ')
  return `${JSON.stringify(name)} is not in the catalog; use one of ${choices === '' ? '(none there yet)' : choices}`
}
