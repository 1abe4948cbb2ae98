import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Plain JavaScript for Node 20, because the bootstrap needs it before anything is installed.

const PREPARATION = fileURLToPath(new URL('prepare-tests.ts', import.meta.url))

/**
 * Fetches what the tests need, `--browser` for those that drive one, runs vitest, and ends with the counts alone on a
 * line. Returns vitest's exit code.
 */
export async function runTests(run, args, needs = []) {
  const prepared = await run('node', [PREPARATION, ...needs])
  if (prepared !== 0) return prepared
  const folder = mkdtempSync(join(tmpdir(), 'switchyard-tests-'))
  const report = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const code = await run('vitest', ['run', ...reporters, ...args])
    console.log(countLine(report, code))
    return code
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `12 passed, 0 failed`; a file that could not even be loaded counts as one failure. */
export function countLine(reportPath, code) {
  // An error outside of every test fails the run too.
  const leastFailed = code === 0 ? 0 : 1
  try {
    const report = JSON.parse(readFileSync(reportPath, 'utf8'))
    const failed = report.numFailedTests + report.testResults.filter(isBroken).length
    return `${report.numPassedTests} passed, ${Math.max(failed, leastFailed)} failed`
  } catch {
    return `0 passed, ${leastFailed} failed`
  }
}

function isBroken({ status, assertionResults }) {
  return status === 'failed' && assertionResults.every((test) => test.status !== 'failed')
}
