import {
  type messages,
  parse,
  type PGlite,
  protocol,
  type QueryOptions,
  type Results,
} from '@electric-sql/pglite'

/** A statement as the engine keeps it. */
interface Kept {
  readonly name: string
  readonly parameterTypes: readonly number[]
  /** Absent for statements that return no rows. */
  readonly rows: messages.BackendMessage | undefined
}

type Value = string | number | bigint | boolean | null | undefined

/** More texts than this are not kept: the oldest makes room. */
const MOST_KEPT = 100

/**
 * Plans are made once, while the tables may be small, and nothing gathers statistics in an embedded database: few rows
 * of large tables are what they must be good for.
 */
const PLANNING =
  'set local plan_cache_mode = force_generic_plan; set local enable_seqscan = off; ' +
  'set local enable_hashjoin = off; set local enable_mergejoin = off'

const { serialize } = protocol

/** Statements of one PGlite that stay prepared, each run in one exchange. */
class KeptStatements {
  readonly #client: PGlite
  readonly #family: string
  readonly #kept = new Map<string, Kept>()
  #count = 0

  /** @param family how the names begin: families do not share plans */
  constructor(client: PGlite, family: string) {
    this.#client = client
    this.#family = family
  }

  plan(): Promise<unknown> {
    return this.#send(serialize.query(PLANNING))
  }

  async run(text: string, values: readonly Value[], { parsers, rowMode }: QueryOptions): Promise<Results> {
    const { name, parameterTypes, rows } = this.#kept.get(text) ?? (await this.#prepare(text))
    const wire = values.map((value, index) => this.#toWire(value, parameterTypes[index]))
    const answer = await this.#send(
      serialize.bind({ statement: name, values: wire }),
      serialize.execute({}),
      serialize.sync(),
    )
    const all = rows === undefined ? answer : [rows, ...answer]
    // By inheritance: PGlite would copy its hundreds of parsers for each statement.
    const allParsers = Object.assign(Object.create(this.#client.parsers), parsers)
    const [results] = parse.parseResults(all, allParsers, rowMode === undefined ? {} : { rowMode })
    if (results === undefined) throw new Error('a statement was run and gave no result')
    return results
  }

  async #prepare(text: string): Promise<Kept> {
    const name = `${this.#family}_${++this.#count}`
    const answer = await this.#send(
      ...this.#makeRoom(),
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
      serialize.sync(),
    )
    const kept = {
      name,
      parameterTypes: parse.parseDescribeStatementResults(answer),
      rows: answer.find((message) => message.name === 'rowDescription'),
    }
    this.#kept.set(text, kept)
    return kept
  }

  #makeRoom(): readonly Uint8Array[] {
    const [oldest] = this.#kept
    if (oldest === undefined || this.#kept.size < MOST_KEPT) return []
    const [text, { name }] = oldest
    this.#kept.delete(text)
    return [serialize.close({ type: 'S', name })]
  }

  #send(...parts: readonly Uint8Array[]): Promise<messages.BackendMessage[]> {
    const message = Buffer.concat(parts)
    return this.#client.runExclusive(() => this.#client.execProtocolStream(message, { syncToFs: false }))
  }

  #toWire(value: Value, type: number | undefined): string | null {
    if (value === null || value === undefined) return null
    const toText = type === undefined ? undefined : this.#client.serializers[type]
    return toText === undefined ? String(value) : toText(value)
  }
}

/**
 * The same client for drizzle, which keeps all its statements prepared. PGlite itself parses and plans a statement anew each
 * time and needs six exchanges for it, which takes fifteen times as long as the shortest of them. Outside of a transaction it
 * is for small tables: the engine chooses among plans as it does by default.
 */
export function keepStatements(client: PGlite): PGlite {
  const statements = new KeptStatements(client, 'kept')
  const alone = new KeptStatements(client, 'alone')
  const query = async (text: string, values: readonly Value[] = [], options: QueryOptions = {}) => {
    // As PGlite's own `query` does; it has no other names for it.
    // oxlint-disable-next-line no-underscore-dangle
    await client._checkReady()
    // oxlint-disable-next-line no-underscore-dangle
    return client._runExclusiveTransaction(() => alone.run(text, values, options))
  }
  const transaction: PGlite['transaction'] = (work) =>
    client.transaction(async (inner) => {
      await statements.plan()
      const queryWithin = async (text: string, values: readonly Value[] = [], options: QueryOptions = {}) => {
        if (inner.closed) throw new Error('the transaction is closed')
        return statements.run(text, values, options)
      }
      return work(Object.assign(Object.create(inner), { query: queryWithin }))
    })
  return Object.assign(Object.create(client), { transaction, query })
}
