/** What a command's end means to a shell. */
export const EXIT_CODES = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES]

/** A command cannot go on; its message is for the person at the terminal. */
export class CliError extends Error {
  override readonly name: string = 'CliError'
  readonly whatToDo: string

  constructor(message: string, whatToDo: string, options?: ErrorOptions) {
    super(message, options)
    this.whatToDo = whatToDo
  }
}

/** The command line itself is wrong. */
export class UsageError extends CliError {
  override readonly name = 'UsageError'
}
