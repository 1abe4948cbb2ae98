import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * Command lines of all living processes that carry `mark` in their arguments or in their environment, which every
 * child inherits: what was started on a data folder is found wherever it hangs in the process tree.
 */
export async function processesOf(mark: string): Promise<readonly string[]> {
  if (!existsSync('/proc/self/environ')) return listedProcesses(mark)
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(ids.map((id) => commandLine(id, mark)))
  return found.filter((command) => command !== undefined)
}

async function commandLine(id: string, mark: string): Promise<string | undefined> {
  try {
    const command = (await readFile(`/proc/${id}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim()
    const isMarked = command.includes(mark) || (await readFile(`/proc/${id}/environ`)).includes(mark)
    return isMarked && command !== '' ? `${id} ${command}` : undefined
  } catch {
    // It ended meanwhile, or is another user's.
    return undefined
  }
}

/** Where there is no process folder: `e` shows the environments. */
async function listedProcesses(mark: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ps', ['axeww', '-o', 'pid=,command='], { maxBuffer: 2 ** 26 })
  return stdout.split('\n').filter((line) => line.includes(mark))
}
