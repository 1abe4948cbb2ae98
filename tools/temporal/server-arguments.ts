import type { SearchAttributeType } from '@temporalio/common'

/** Search attributes by name; the types are the SDK's own words, such as `KEYWORD`. */
export type SearchAttributeTypes = Readonly<Record<string, SearchAttributeType>>

/** How the dev server's `--search-attribute` flag spells them. */
const FLAG_VALUES: Readonly<Record<SearchAttributeType, string>> = {
  TEXT: 'Text',
  KEYWORD: 'Keyword',
  INT: 'Int',
  DOUBLE: 'Double',
  BOOL: 'Bool',
  DATETIME: 'Datetime',
  KEYWORD_LIST: 'KeywordList',
}

export interface ServerPorts {
  readonly grpc: number
  readonly ui: number
  readonly metrics: number
  readonly http: number
}

export interface ServerArgumentOptions {
  readonly ports: ServerPorts
  readonly dbFile?: string
  readonly headless: boolean
  readonly searchAttributes: SearchAttributeTypes
}

/** Task queues are polled 20 times a second by default, which costs every durable step up to 50 ms of waiting. */
const DYNAMIC_CONFIG: Readonly<Record<string, number | string | boolean>> = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  // With the default of 30 s the server spends a quarter of its CPU on merging task slices.
  'history.transferProcessorUpdateAckInterval': '1s',
  'history.visibilityProcessorUpdateAckInterval': '1s',
  'history.timerProcessorUpdateAckInterval': '2s',
  // How far the clocks of a cluster's hosts may be apart: no timer is shorter. With the default of 1 s a pause of 250 ms takes a second.
  'history.timerProcessorMaxTimeShift': '10ms',
  // Above 100 buffered events the server closes the workflow task by force: a wide fan-out would run steps twice.
  'history.maximumBufferedEventsBatch': 2000,
  'matching.enableFairness': true,
}

/** The dev server's command line: WAL on its file, fast queues, all its ports fixed, on this host only. */
export function temporalServerArguments(options: ServerArgumentOptions): string[] {
  const { ports, dbFile, headless, searchAttributes } = options
  const flags: (readonly [string, string])[] = [
    ['--ip', '127.0.0.1'],
    ['--port', String(ports.grpc)],
    ['--metrics-port', String(ports.metrics)],
    ['--http-port', String(ports.http)],
    ['--sqlite-pragma', 'journal_mode=WAL'],
    ['--sqlite-pragma', 'synchronous=NORMAL'],
  ]
  if (!headless) flags.push(['--ui-port', String(ports.ui)])
  if (dbFile !== undefined) flags.push(['--db-filename', dbFile])
  for (const [key, value] of Object.entries(DYNAMIC_CONFIG)) {
    flags.push(['--dynamic-config-value', `${key}=${JSON.stringify(value)}`])
  }
  for (const [name, type] of Object.entries(searchAttributes)) {
    flags.push(['--search-attribute', `${name}=${FLAG_VALUES[type]}`])
  }
  return ['server', 'start-dev', headless ? '--headless' : '--ui-disable-news-fetch', ...flags.flat()]
}
