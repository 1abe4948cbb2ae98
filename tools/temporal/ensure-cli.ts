import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { cacheDirectory } from '../cache-directory.ts'
import type { ProgressListener } from '../progress.ts'
import { withLock } from '../with-lock.mjs'
import { buildTemporalCli, findGo } from './build-cli.ts'
import { readTemporalCliVersion, TEMPORAL_CLI_VERSION } from './cli-version.ts'
import { downloadTemporalCli, temporalCliRelease } from './download-cli.ts'
import { messageOf } from '../../domain/message-of.ts'

export interface EnsureTemporalCliOptions {
  readonly onProgress: ProgressListener
  /** The process's own by default. */
  readonly environment?: NodeJS.ProcessEnv
}

const VARIABLE = 'SWITCHYARD_TEMPORAL_CLI'

/**
 * The path of a `temporal` program of CLI 1.9.1 (server 1.32) or newer: the one that SWITCHYARD_TEMPORAL_CLI names,
 * one on the PATH, or the one in the user's cache, which is downloaded or built there when it is missing.
 * One process per machine does that; others wait for it. Throws an error that says the ways out.
 */
export async function ensureTemporalCli({
  onProgress,
  environment = process.env,
}: EnsureTemporalCliOptions): Promise<string> {
  const named = environment[VARIABLE]
  if (named !== undefined && named !== '') return checkNamed(named)
  const onPath = await findOnPath(environment)
  if (onPath !== undefined) return onPath
  const cached = join(cacheDirectory(environment), 'temporal-cli', TEMPORAL_CLI_VERSION, 'temporal')
  // A cached file was moved there whole, so its presence is enough.
  if (existsSync(cached)) return cached
  await withLock(`${cached}.lock`, () => provide(cached, environment, onProgress), {
    onWait: ({ pid }) => {
      onProgress(`Temporal dev server: process ${pid} is fetching it already, waiting for it`)
    },
  })
  return cached
}

async function checkNamed(path: string): Promise<string> {
  const version = await readTemporalCliVersion(path)
  if (version?.isNewEnough === true) return path
  const found =
    version === undefined ? 'does not answer as one' : `is ${version.cli} (server ${version.server})`
  throw new Error(
    `${VARIABLE} names ${path}, which ${found}; it must be a Temporal CLI of at least ${TEMPORAL_CLI_VERSION}.`,
  )
}

async function findOnPath(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const path = folders.map((folder) => join(folder, 'temporal')).find((candidate) => existsSync(candidate))
  if (path === undefined) return undefined
  const version = await readTemporalCliVersion(path)
  return version?.isNewEnough === true ? path : undefined
}

async function provide(
  target: string,
  environment: NodeJS.ProcessEnv,
  onProgress: ProgressListener,
): Promise<void> {
  // Whoever held the lock before has probably done the work.
  if (existsSync(target)) return
  const failures: string[] = []
  const release = temporalCliRelease()
  if (release === undefined) {
    failures.push(`no checksum of a released program is known for ${process.platform}-${process.arch}`)
  } else {
    onProgress('Temporal dev server: trying the download')
    const failure = await failureOf(downloadTemporalCli(release, target, onProgress))
    if (failure === undefined) return
    failures.push(failure)
  }
  const go = await findGo(environment)
  if ('missing' in go) {
    failures.push(go.missing)
  } else {
    onProgress(
      'Temporal dev server: no download from here; building it with Go, about 5 minutes, once per machine',
    )
    const failure = await failureOf(buildTemporalCli(go, target, environment, onProgress))
    if (failure === undefined) return
    failures.push(failure)
  }
  throw new Error(adviceAfter(failures))
}

async function failureOf(work: Promise<void>): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

function adviceAfter(failures: readonly string[]): string {
  return [
    `The Temporal dev server (CLI ${TEMPORAL_CLI_VERSION}) is neither here nor could it be fetched:`,
    ...failures.map((failure) => `  - ${failure}`),
    'Any one of these helps:',
    '  - install Go 1.26.8 or newer (or Go 1.21 or newer with GOTOOLCHAIN=auto) and try again;',
    `  - put a \`temporal\` program of at least ${TEMPORAL_CLI_VERSION} on the PATH;`,
    `  - set ${VARIABLE} to the path of such a program.`,
  ].join('\n')
}
