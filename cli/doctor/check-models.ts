import { type Finding, fail, ok, warn } from './check.ts'
import type { ModelVersion } from '../../domain/catalog/model.ts'
import { existsSync } from 'node:fs'
import { cacheDirectory } from '../../tools/cache-directory.ts'
import { join } from 'node:path'
import type { ModelList } from '../../domain/catalog/model-list.ts'
import { readdir } from 'node:fs/promises'
import { readLocalModels } from '../local-models.ts'
import { messageOf } from '../../domain/message-of.ts'

/** The catalog, the keys that it asks for, and the weights of its local models. */
export async function checkModels(catalogPath: string): Promise<readonly Finding[]> {
  const models = await readCatalog(catalogPath)
  if ('state' in models) return [models]
  const { catalog } = models
  const versions = Object.values(catalog.models).flatMap((model) => model.versions)
  return [
    ok('Catalog', `${versions.length} pinned versions of ${Object.keys(catalog.models).length} models`),
    ...keyFindings(models),
    ...(await Promise.all(versions.filter(({ weights }) => weights !== undefined).map(checkWeights))),
  ]
}

async function readCatalog(catalogPath: string): Promise<ModelList | Finding> {
  try {
    return await readLocalModels(catalogPath)
  } catch (error) {
    const reason = messageOf(error)
    return fail('Catalog', reason, `Correct ${catalogPath}.`)
  }
}

function keyFindings({ catalog, skipped }: ModelList): readonly Finding[] {
  const absent = new Map(skipped.map(({ endpoint, reason }) => [endpoint, reason]))
  return Object.values(catalog.endpoints).flatMap(({ name, apiKeyVariable }) => {
    if (apiKeyVariable === undefined) return []
    const reason = absent.get(name)
    return reason === undefined
      ? [ok('Key', `${name}: ${apiKeyVariable} is set`)]
      : [warn('Key', `${name} ${reason}`, 'Nothing to do unless its models are wanted.')]
  })
}

async function checkWeights({ model, version, weights }: ModelVersion): Promise<Finding> {
  const name = `${model} ${version}`
  const uri = weights?.uri ?? ''
  if (await areWeightsHere(uri, weights?.sha256)) return ok('Weights', `${name}: here`)
  const isLocalFile = !/^(https|demo|generated):/.test(uri)
  return isLocalFile
    ? fail('Weights', `${name}: there is no file ${uri}`, 'Correct `weights.uri` in the catalog.')
    : warn(
        'Weights',
        `${name}: not fetched yet`,
        'Nothing to do: the first start of a worker fetches them, once.',
      )
}

async function areWeightsHere(uri: string, sha256: string | undefined): Promise<boolean> {
  const folder = join(cacheDirectory(), 'weights')
  if (uri.startsWith('generated:')) return true
  if (uri.startsWith('https:')) return existsSync(join(folder, `${sha256 ?? ''}.gguf`))
  if (uri.startsWith('demo:')) {
    const files = await readdir(folder).catch(() => [])
    return files.some((file) => file.startsWith(`${uri.slice('demo:'.length)}-`) && file.endsWith('.gguf'))
  }
  return existsSync(uri.replace(/^file:(\/\/)?/, ''))
}
