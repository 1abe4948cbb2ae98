import type { Execute } from './gpu-memory.ts'
import { executeFile } from './gpu-memory.ts'

/** How the GPUs of a machine are, together. What the driver does not say is absent. */
export interface GpuHealth {
  /** Of the hottest. */
  readonly celsius?: number
  /** Memory errors since the driver was loaded that could not be corrected, of all. */
  readonly uncorrectedErrors?: number
  /** Whether one slows down because it is too hot. */
  readonly isSlowedByHeat?: boolean
}

/** One question for each: a driver that does not know a field answers nothing at all. The last two are old and new names. */
const FIELDS = [
  'temperature.gpu',
  'ecc.errors.uncorrected.volatile.total',
  'clocks_event_reasons.hw_thermal_slowdown',
  'clocks_throttle_reasons.hw_thermal_slowdown',
] as const

/** Asks `nvidia-smi`; nothing is known where there is none. Never rejects. */
export async function readGpuHealth(execute: Execute = executeFile): Promise<GpuHealth> {
  const [heat, errors, slowed, slowedBefore] = await Promise.all(FIELDS.map((field) => ask(field, execute)))
  const degrees = numbersIn(heat)
  const counts = numbersIn(errors)
  const states = [...(slowed ?? []), ...(slowedBefore ?? [])].filter((state) =>
    /^(Not )?Active$/i.test(state),
  )
  return {
    ...(degrees.length === 0 ? {} : { celsius: Math.max(...degrees) }),
    ...(counts.length === 0 ? {} : { uncorrectedErrors: counts.reduce((sum, count) => sum + count, 0) }),
    ...(states.length === 0 ? {} : { isSlowedByHeat: states.some((state) => /^Active$/i.test(state)) }),
  }
}

async function ask(field: string, execute: Execute): Promise<readonly string[]> {
  const args = [`--query-gpu=${field}`, '--format=csv,noheader,nounits']
  const output = await execute('nvidia-smi', args).catch(() => '')
  return output.split('\n').map((line) => line.trim())
}

/** `[N/A]` and `[Not Supported]` are no numbers. */
function numbersIn(lines: readonly string[] = []): readonly number[] {
  return lines.filter((line) => /^\d+$/.test(line)).map(Number)
}
