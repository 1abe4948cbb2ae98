import { describeError, errorJson, exitCodeOf } from './describe-error.ts'
import type { Command } from 'commander'
import { EXIT_CODES, type ExitCode } from './cli-error.ts'
import type { GlobalOptions } from './global-options.ts'
import type { Terminal } from './terminal.ts'

/** What a command works with. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly options: GlobalOptions
  readonly isJson: boolean
  /** Prints the result: the document in JSON mode, else the text. */
  readonly print: (document: object, text: string | (() => string)) => void
}

/** Runs a command's work, prints its error if it fails, and keeps its exit code. */
export interface CommandRunner {
  run(command: Command, work: (context: CommandContext) => Promise<ExitCode | void>): Promise<void>
  readonly exitCode: ExitCode
}

/** One for each run of the program. */
export function createCommandRunner(terminal: Terminal): CommandRunner {
  let exitCode: ExitCode = EXIT_CODES.ok
  return {
    get exitCode() {
      return exitCode
    },
    run: async (command, work) => {
      const options: GlobalOptions = command.optsWithGlobals()
      const isJson = options.json === true
      const print: CommandContext['print'] = (document, text) => {
        terminal.out(
          isJson ? JSON.stringify(document, undefined, 2) : typeof text === 'string' ? text : text(),
        )
      }
      try {
        exitCode = (await work({ terminal, options, isJson, print })) ?? EXIT_CODES.ok
      } catch (error) {
        terminal.note(describeError(error, options))
        if (isJson) terminal.out(JSON.stringify(errorJson(error), undefined, 2))
        exitCode = exitCodeOf(error)
      }
    },
  }
}
