import { readdir, readFile } from 'node:fs/promises'

/** A process with its resident memory. */
export interface ProcessMemory {
  readonly pid: number
  /** Its script, or its program. */
  readonly name: string
  readonly mebibytes: number
}

/**
 * Resident memory (`VmRSS`) of a process and of all its descendants, as Linux tells it in `/proc/<pid>/status`.
 * @throws Error where there is no process folder
 */
export async function readResidentMemory(root: number): Promise<readonly ProcessMemory[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const read = await Promise.all(pids.map((pid) => readProcess(Number(pid))))
  const processes = read.filter((one) => one !== undefined)
  const family = new Set([root])
  let size = 0
  while (size < family.size) {
    size = family.size
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid)
  }
  return processes.filter(({ pid }) => family.has(pid)).toSorted((left, right) => left.pid - right.pid)
}

async function readProcess(pid: number): Promise<(ProcessMemory & { readonly parent: number }) | undefined> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8')
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')
    const script = command.find((word) => /\.m?[jt]s$/.test(word)) ?? command[0] ?? ''
    return {
      pid,
      name: script.split('/').at(-1) ?? '',
      parent: numberIn(status, 'PPid'),
      mebibytes: numberIn(status, 'VmRSS') / 1024,
    }
  } catch {
    // It ended meanwhile.
    return undefined
  }
}

function numberIn(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN)
}
