import type { Command } from 'commander'

/** Options that every command takes. */
export interface GlobalOptions {
  readonly address?: string
  readonly namespace?: string
  readonly tenant?: string
  readonly dataDir?: string
  readonly json?: boolean
  readonly debug?: boolean
}

/** Adds the options that every command takes. */
export function addGlobalOptions(program: Command): Command {
  return program
    .option(
      '--address <host:port>',
      'Temporal server (default: TEMPORAL_ADDRESS, else the running dev system)',
    )
    .option('--namespace <name>', 'Temporal namespace (default: TEMPORAL_NAMESPACE, else default)')
    .option('--tenant <id>', 'whose work it is, for accounting and fairness (default: default)')
    .option('--data-dir <folder>', 'where the dev system keeps everything (default: SWITCHYARD_DATA_DIR)')
    .option('--json', 'print one JSON document on standard output, and nothing else there')
    .option('--debug', 'show stack traces')
}
