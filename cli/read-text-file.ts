import { readFile } from 'node:fs/promises'
import { UsageError } from './cli-error.ts'
import { messageOf } from '../domain/message-of.ts'

/** Reads a file that the command line names. @throws UsageError */
export async function readTextFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const reason = messageOf(error)
    throw new UsageError(`cannot read ${path}: ${reason}`, 'Check the path.', { cause: error })
  }
}
