import { access, constants, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { existsSync } from 'node:fs'
import { type Finding, fail, ok } from './check.ts'
import { fileURLToPath } from 'node:url'
import { messageOf } from '../../domain/message-of.ts'

const ROOT = new URL('../../', import.meta.url)
const OLDEST_NODE = 24
/** Its workflow sandbox does not replace `Temporal.Now`, so replays would differ. */
const FIRST_UNFIT_NODE = 26

/** The Node that runs this, which is the one that runs the workers. */
export async function checkNode(version: string = process.versions.node): Promise<readonly Finding[]> {
  const major = Number(version.split('.')[0])
  if (major >= OLDEST_NODE && major < FIRST_UNFIT_NODE) return [ok('Node', version)]
  const reason = major < OLDEST_NODE ? 'is too old' : 'is newer than what Temporal workers run on safely'
  return [
    fail(
      'Node',
      `${version} ${reason}`,
      'Start it by `npm run switchyard --`, which uses the Node 24 that npm brings.',
    ),
  ]
}

/** Whether what is installed is what package.json pins. */
export async function checkPackages(root: URL = ROOT): Promise<readonly Finding[]> {
  const pinned = dependenciesOf(await readJson(new URL('package.json', root)))
  const wrong = await Promise.all(
    [...pinned].map(async ([name, version]) => {
      const manifest = await readJson(new URL(`node_modules/${name}/package.json`, root)).catch(
        () => undefined,
      )
      const installed = manifest?.['version']
      return installed === version ? [] : [`${name} ${textOf(installed)} instead of ${textOf(version)}`]
    }),
  )
  const differences = wrong.flat()
  if (differences.length === 0) return [ok('Packages', `${pinned.size} as pinned`)]
  return [fail('Packages', differences.join(', '), `Run \`npm ci\` in ${fileURLToPath(root)}.`)]
}

function textOf(version: unknown): string {
  return typeof version === 'string' ? version : 'missing'
}

function dependenciesOf(manifest: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  const { dependencies } = manifest
  return new Map(Object.entries(typeof dependencies === 'object' ? (dependencies ?? {}) : {}))
}

async function readJson(file: URL): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = JSON.parse(await readFile(file, 'utf8'))
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

/** Whether the folders of the embedded parts can be written to, or made. */
export async function checkFolders(folders: readonly string[]): Promise<readonly Finding[]> {
  return Promise.all(
    folders.map(async (folder) => {
      try {
        await access(nearestExisting(folder), constants.W_OK)
        return ok('Folder', `${folder} ${existsSync(folder) ? 'can be written to' : 'can be made'}`)
      } catch (error) {
        const reason = messageOf(error)
        return fail(
          'Folder',
          reason,
          'Make it writable, or choose another one by --data-dir or SWITCHYARD_DATA_DIR.',
        )
      }
    }),
  )
}

function nearestExisting(folder: string): string {
  const parent = dirname(folder)
  return existsSync(folder) || parent === folder ? folder : nearestExisting(parent)
}
