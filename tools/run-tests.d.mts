/** Runs a program of the installation by its name and returns its exit code. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<number>

/**
 * Fetches what the tests need, `--browser` for those that drive one, runs vitest, and ends with the counts alone on a
 * line. Returns vitest's exit code.
 */
export function runTests(
  run: RunProgram,
  args: readonly string[],
  needs?: readonly '--browser'[],
): Promise<number>

/** `12 passed, 0 failed`, from vitest's JSON report; a file that could not even be loaded counts as one failure. */
export function countLine(reportPath: string, code: number): string
