import { chmod, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadFile } from '../download-file.ts'
import type { ProgressListener } from '../progress.ts'
import { lastLines, runCommand } from '../run-command.ts'
import { createWorkFolder } from '../work-folder.ts'
import { TEMPORAL_CLI_VERSION } from './cli-version.ts'

interface Release {
  readonly url: string
  readonly sha256: string
}

/** Only platforms whose checksum is known: an unchecked program is never run. */
const RELEASES: Readonly<Record<string, Release>> = {
  'linux-x64': {
    url:
      `https://github.com/temporalio/cli/releases/download/v${TEMPORAL_CLI_VERSION}` +
      `/temporal_cli_${TEMPORAL_CLI_VERSION}_linux_amd64.tar.gz`,
    sha256: '09a0326a51db84d02735e53542b9ebd8c4758daf47482a9ab0abce15844e60d5',
  },
}

/** The released archive for this platform; undefined where its checksum is not known. */
export function temporalCliRelease(): Release | undefined {
  return RELEASES[`${process.platform}-${process.arch}`]
}

/** Fetches a released archive, checks it, and moves the `temporal` program in it to `target`. */
export async function downloadTemporalCli(
  release: Release,
  target: string,
  onProgress: ProgressListener,
): Promise<void> {
  const folder = await createWorkFolder(target)
  try {
    const archive = join(folder, 'archive.tar.gz')
    await downloadFile({ ...release, target: archive, label: 'Temporal dev server', onProgress })
    const unpacked = await runCommand('tar', ['-xzf', archive, '-C', folder, 'temporal'])
    if (unpacked.code !== 0) throw new Error(`cannot unpack ${release.url}: ${lastLines(unpacked.stderr, 3)}`)
    const program = join(folder, 'temporal')
    await chmod(program, 0o755)
    await rename(program, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
