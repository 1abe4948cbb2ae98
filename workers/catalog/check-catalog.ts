import { type CatalogPath, type CatalogProblem, unknownName } from './catalog-problem.ts'
import type { EndpointEntry, VersionEntry } from './document.ts'
import { NAME_PATTERN, NAME_RULE } from './document.ts'
import type { CatalogDraft } from './read-draft.ts'
import { checkQuotaPools } from './check-quota-pools.ts'
import { checkTasks } from './check-tasks.ts'
import { checkTenants } from './check-tenants.ts'
import { explainAlias } from './pinning.ts'

/** Checks what the shape alone cannot say: references, pinning, doubles, and what each kind of endpoint needs. */
export function checkCatalog(draft: CatalogDraft): readonly CatalogProblem[] {
  return [
    ...[...draft.endpoints].flatMap(([name, entry]) => checkEndpoint(['endpoints', name], entry)),
    ...[...draft.models].flatMap(([name, { versions }]) =>
      versions.flatMap((version, index) => {
        if (version === undefined) return []
        const path = ['models', name, 'versions', index]
        return [...checkVersion(path, version, draft), ...checkName(path, version, versions.slice(0, index))]
      }),
    ),
    ...checkTasks(draft),
    ...checkTenants(draft),
    ...checkQuotaPools(draft),
  ]
}

function checkEndpoint(path: CatalogPath, entry: EndpointEntry): CatalogProblem[] {
  if (entry.kind === 'local') return checkLocalEndpoint(path, entry)
  if (entry.engine !== undefined) {
    return [{ path: [...path, 'engine'], message: 'belongs to local endpoints only; remove it' }]
  }
  if (entry.kind === 'simulated' || entry.baseUrl !== undefined || entry.apiKeyVariable !== undefined)
    return []
  return [
    {
      path: [...path, 'apiKeyVariable'],
      message:
        'is missing; name the environment variable that holds the key, or set baseUrl to a host without keys',
    },
  ]
}

function checkLocalEndpoint(path: CatalogPath, entry: EndpointEntry): CatalogProblem[] {
  if (entry.engine === 'attached') {
    if (entry.baseUrl !== undefined) return []
    return [
      {
        path: [...path, 'baseUrl'],
        message:
          'is missing; set it to the address of the server to attach to, such as http://127.0.0.1:8000/v1',
      },
    ]
  }
  return (['baseUrl', 'apiKeyVariable'] as const)
    .filter((field) => entry[field] !== undefined)
    .map((field) => ({
      path: [...path, field],
      message: 'has no use at a local endpoint; remove it, or set engine: attached',
    }))
}

function checkVersion(path: CatalogPath, entry: VersionEntry, draft: CatalogDraft): CatalogProblem[] {
  const problems: CatalogProblem[] = []
  if (entry.maxOutputTokens > entry.contextWindow) {
    problems.push({
      path: [...path, 'maxOutputTokens'],
      message: `is larger than the context window of ${entry.contextWindow} tokens; lower it`,
    })
  }
  if (!draft.endpointNames.has(entry.endpoint)) {
    problems.push({ path: [...path, 'endpoint'], message: unknownName(entry.endpoint, draft.endpointNames) })
  }
  const endpoint = draft.endpoints.get(entry.endpoint)
  if (endpoint === undefined) return problems
  const alias = explainAlias(entry.id, endpoint.kind, entry.pinned)
  if (alias !== undefined) problems.push({ path: [...path, 'id'], message: alias })
  if (entry.tuning !== undefined && (endpoint.kind !== 'local' || endpoint.engine === 'attached')) {
    const message = 'belongs to versions whose weights a node loads itself; remove it'
    problems.push({ path: [...path, 'tuning'], message })
  }
  return [...problems, ...checkWeights([...path, 'weights'], entry.weights, endpoint)]
}

function checkWeights(
  path: CatalogPath,
  weights: VersionEntry['weights'],
  endpoint: EndpointEntry,
): CatalogProblem[] {
  if (endpoint.kind !== 'local') {
    return weights === undefined ? [] : [{ path, message: 'belong to local endpoints only; remove them' }]
  }
  if (endpoint.engine === 'attached') {
    return weights === undefined
      ? []
      : [{ path, message: 'have no use where a server is attached to: it has loaded its own; remove them' }]
  }
  if (weights === undefined) {
    return [{ path, message: 'are missing; a local version needs weights: {uri: …}' }]
  }
  if (weights.uri.startsWith('https:') && weights.sha256 === undefined) {
    return [{ path: [...path, 'sha256'], message: 'is missing; weights from the network are checked by it' }]
  }
  return []
}

function checkName(
  path: CatalogPath,
  entry: VersionEntry,
  earlier: readonly (VersionEntry | undefined)[],
): CatalogProblem[] {
  const name = entry.version ?? entry.id
  if (!NAME_PATTERN.test(name)) {
    return [
      {
        path: [...path, 'version'],
        message: `is missing, and the id does not serve as ${NAME_RULE}; set it`,
      },
    ]
  }
  if (!earlier.some((other) => other !== undefined && (other.version ?? other.id) === name)) return []
  const message = `${JSON.stringify(name)} stands twice in this model; give one of them another name`
  return [{ path: [...path, 'version'], message }]
}
