import { messageOf } from '../../domain/message-of.ts'
import { parseArgs } from 'node:util'

type Defaults = Readonly<Record<string, number | string>>
type Values<Given extends Defaults> = {
  readonly [Name in keyof Given]: Given[Name] extends number ? number : string
}

/**
 * Reads the command line of a bench: an option for each default, where numbers are whole ones from 1 on. Ends the process
 * with the usage: with 0 where `--help` asks for it, with 2 where something cannot be read.
 * @param script as npm knows it, `bench:route`
 */
export function readBenchOptions<Given extends Defaults>(script: string, defaults: Given): Values<Given> {
  const entries = Object.entries(defaults)
  const usage = `Usage: npm run ${script} -- ${entries.map(([name, value]) => `[--${name} ${value}]`).join(' ')}`
  const options = Object.fromEntries(
    entries.map(([name, value]) => [name, { type: 'string', default: String(value) }] as const),
  )
  return orUsage(usage, () => {
    const parsed = parseArgs({ options: { ...options, help: { type: 'boolean' } } })
    const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values
    if (values['help'] === true) endWithHelp(usage)
    const read = entries.map(([name, value]): readonly [string, number | string] => {
      const text = String(values[name])
      return [name, typeof value === 'number' ? wholeNumber(text, 1, `--${name}`) : text]
    })
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- name by name what the defaults say
    return Object.fromEntries(read) as Values<Given>
  })
}

/** Runs what reads options; where it throws, ends the process with 2, its message and the usage. */
export function orUsage<Options>(usage: string, read: () => Options): Options {
  try {
    return read()
  } catch (error) {
    console.error(`${messageOf(error)}\n${usage}`)
    process.exit(2)
  }
}

/** Prints the usage and ends the process with 0. */
export function endWithHelp(usage: string): never {
  console.log(usage)
  process.exit(0)
}

/** @throws Error that names the option */
export function wholeNumber(text: string, least: number, option: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < least) {
    throw new Error(`${option} must be a whole number from ${least} on, not "${text}"`)
  }
  return value
}
