import { existsSync } from 'node:fs'
import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tick, type ProgressListener } from '../progress.ts'
import { lastLines, runCommand } from '../run-command.ts'
import { createWorkFolder } from '../work-folder.ts'
import { isAtLeast, TEMPORAL_CLI_VERSION } from './cli-version.ts'

const MODULE_FOLDER = fileURLToPath(new URL('../temporal-cli/', import.meta.url))
const PACKAGE = 'github.com/temporalio/cli/cmd/temporal'
const NEEDED_GO = [1, 26, 8] as const
/** From here on Go can fetch the toolchain that a go.mod asks for by itself. */
const SELF_UPDATING_GO = [1, 21, 0] as const
const LINKER_FLAGS = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${TEMPORAL_CLI_VERSION}`

/** A Go that can build the server, or the reason why there is none. */
export type GoFinding = { readonly path: string; readonly version: string } | { readonly missing: string }

/** Looks for Go on the PATH, then where its installer puts it. */
export async function findGo(environment: NodeJS.ProcessEnv): Promise<GoFinding> {
  for (const path of ['go', '/usr/local/go/bin/go']) {
    // GOTOOLCHAIN=local: only ask, fetch nothing yet.
    const asked = { ...environment, GOTOOLCHAIN: 'local' }
    const { code, stdout } = await runCommand(path, ['env', 'GOVERSION'], { cwd: '/', env: asked })
    const version = /go(\d+(\.\d+)+)/.exec(stdout)?.[1]
    if (code !== 0 || version === undefined) continue
    if (isAtLeast(version, NEEDED_GO)) return { path, version }
    const setting = await runCommand(path, ['env', 'GOTOOLCHAIN'], { cwd: '/', env: environment })
    const canUpdate = isAtLeast(version, SELF_UPDATING_GO) && setting.stdout.trim() !== 'local'
    return canUpdate ? { path, version } : { missing: `Go ${version} is too old` }
  }
  return { missing: 'Go is not installed' }
}

/**
 * Builds the `temporal` program from the committed go.mod and go.sum and moves it to `target` when it is whole.
 * Takes about five minutes on two cores. The compile cache (3 GB) is thrown away unless GOCACHE is set.
 */
export async function buildTemporalCli(
  go: { readonly path: string; readonly version: string },
  target: string,
  environment: NodeJS.ProcessEnv,
  onProgress: ProgressListener,
): Promise<void> {
  const folder = await createWorkFolder(target)
  const env = {
    ...environment,
    CGO_ENABLED: '0',
    GOWORK: 'off',
    GOTMPDIR: folder,
    GOCACHE: environment['GOCACHE'] ?? join(folder, 'compile-cache'),
  }
  try {
    // A copy, so that no Go version can touch the committed files.
    const cwd = join(folder, 'module')
    await cp(MODULE_FOLDER, cwd, { recursive: true })
    const packageCount = await fetchModules(go.path, cwd, env, onProgress)
    const binary = join(folder, 'temporal')
    await compile(go, cwd, env, binary, packageCount, onProgress)
    await rename(binary, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function fetchModules(
  go: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  onProgress: ProgressListener,
): Promise<number> {
  let downloads = 0
  const describe = (seconds: number) =>
    `Temporal dev server: fetching Go modules, ${downloads} so far, ${seconds} s`
  const stopTicking = tick(onProgress, describe)
  onProgress(describe(0))
  try {
    const listed = await runCommand(go, ['list', '-mod=readonly', '-deps', PACKAGE], {
      cwd,
      env,
      onErrorLine: (line) => {
        if (line.startsWith('go: downloading')) downloads += 1
      },
    })
    if (listed.code !== 0) throw new Error(`fetching its Go modules failed:\n${lastLines(listed.stderr, 12)}`)
    return listed.stdout.trimEnd().split('\n').length
  } finally {
    stopTicking()
  }
}

async function compile(
  go: { readonly path: string; readonly version: string },
  cwd: string,
  env: NodeJS.ProcessEnv,
  binary: string,
  packageCount: number,
  onProgress: ProgressListener,
): Promise<void> {
  let compiled = 0
  const stopTicking = tick(onProgress, (seconds) =>
    compiled < packageCount - 1
      ? `Temporal dev server: compiling with Go ${go.version}, ${compiled} of ${packageCount} packages, ${seconds} s`
      : `Temporal dev server: linking, ${seconds} s`,
  )
  try {
    const flags = ['-mod=readonly', '-v', '-ldflags', LINKER_FLAGS, '-o', binary]
    const built = await runCommand(go.path, ['build', ...flags, PACKAGE], {
      cwd,
      env,
      onErrorLine: () => {
        compiled += 1
      },
    })
    if (built.code !== 0 || !existsSync(binary)) {
      throw new Error(`go build failed (${String(built.code)}):\n${lastLines(built.stderr, 12)}`)
    }
  } finally {
    stopTicking()
  }
}
