import { closeSync, fstatSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { lastLines } from '../run-command.ts'

const TAIL_LINES = 12
const TAIL_BYTES = 16_384

export interface ServerLog {
  /** For the server's standard output and error; this process's copy is closed by `handOver`. */
  readonly descriptor: number
  handOver(): void
  /** The last lines written since it was opened; removes the file if it was temporary. */
  close(): Promise<string>
}

/** Opens the file for appending, or a temporary one. */
export async function openServerLog(file: string | undefined): Promise<ServerLog> {
  const temporary = file === undefined ? await mkdtemp(join(tmpdir(), 'switchyard-temporal-')) : undefined
  const path = file ?? join(temporary ?? tmpdir(), 'server.log')
  await mkdir(dirname(path), { recursive: true })
  const descriptor = openSync(path, 'a')
  const startBytes = fstatSync(descriptor).size
  return {
    descriptor,
    handOver: () => {
      closeSync(descriptor)
    },
    close: async () => {
      const tail = await readTail(path, startBytes)
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true })
      return tail
    },
  }
}

async function readTail(path: string, startBytes: number): Promise<string> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const from = Math.max(startBytes, size - TAIL_BYTES)
    const buffer = Buffer.alloc(Math.max(0, size - from))
    await handle.read(buffer, 0, buffer.length, from)
    return lastLines(buffer.toString(), TAIL_LINES)
  } finally {
    await handle.close()
  }
}
