import { text as readAll } from 'node:stream/consumers'
import { UsageError } from './cli-error.ts'

/**
 * The prompt: the argument, or what comes by standard input, or with `withInput` the one below the other.
 * @throws UsageError when there is neither
 */
export async function readPrompt(argument: string | undefined, withInput: boolean): Promise<string> {
  const words = argument === '-' ? '' : (argument ?? '').trim()
  // Input is only read when it is needed: a pipe that nobody closes would hold the command for ever.
  const readsInput = withInput || (words === '' && (argument === '-' || !process.stdin.isTTY))
  const piped = readsInput ? (await readAll(process.stdin)).trim() : ''
  const parts = [words, piped].filter((part) => part !== '')
  if (parts.length > 0) return parts.join('\n\n')
  throw new UsageError('there is no prompt', 'Give it as an argument or by standard input; see --help.')
}
