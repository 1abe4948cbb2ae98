import { parse } from 'yaml'
import { readTextFile } from './read-text-file.ts'
import { UsageError } from './cli-error.ts'
import { messageOf } from '../domain/message-of.ts'

/** Reads a file of YAML, of which JSON is a part. @throws UsageError */
export async function readYamlFile(path: string): Promise<unknown> {
  const text = await readTextFile(path)
  try {
    return parse(text)
  } catch (error) {
    const reason = messageOf(error)
    throw new UsageError(`${path} is neither YAML nor JSON: ${reason}`, 'Correct it and try again.', {
      cause: error,
    })
  }
}
