import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { drizzle } from 'drizzle-orm/pglite'
import { keepStatements } from '../../../store/engines/kept-statements.ts'
import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'

describe('kept statements of PGlite', () => {
  let client: PGlite
  let kept: PGlite
  beforeAll(async () => {
    client = await PGlite.create('memory://')
    await client.exec('create table notes (id text primary key, size integer, is_long boolean, body json)')
  })
  beforeEach(async () => {
    await client.exec('truncate notes; deallocate all')
    kept = keepStatements(client)
  })
  afterAll(() => client.close())

  const insert = (id: string, size: number | null, body: string | null = null) =>
    kept.transaction((transaction) =>
      transaction.query('insert into notes values ($1, $2, $3, $4::text::json) returning id', [
        id,
        size,
        size === 1,
        body,
      ]),
    )
  const count = () =>
    kept.transaction((transaction) => transaction.query('select count(*)::int as n from notes'))
  const preparedCount = async () =>
    (
      await client.query<{ n: number }>(
        `select count(*)::int as n from pg_prepared_statements where name <> ''`,
      )
    ).rows[0]?.n

  it('give the rows of their own values each time', async () => {
    expect((await insert('a', 1, '{"long": true}')).rows).toEqual([{ id: 'a' }])
    expect((await insert('b', null)).rows).toEqual([{ id: 'b' }])
    const all = await kept.transaction((transaction) => transaction.query('select * from notes order by id'))
    expect(all.rows).toEqual([
      { id: 'a', size: 1, is_long: true, body: { long: true } },
      { id: 'b', size: null, is_long: false, body: null },
    ])
  })

  it('are prepared once each', async () => {
    await insert('a', 1)
    await insert('b', 2)
    await insert('c', 3)
    expect(await preparedCount()).toBe(1)
    expect((await count()).rows).toEqual([{ n: 3 }])
    expect(await preparedCount()).toBe(2)
  })

  it('are found by index however small the table was when they were planned', async () => {
    const explained = await kept.transaction(async (transaction) => {
      await transaction.query('select body from notes where id = $1', ['a'])
      return transaction.query('explain execute kept_1(null)')
    })
    expect(JSON.stringify(explained.rows)).toContain('Index')
  })

  it('say what is wrong and leave nothing behind', async () => {
    await insert('a', 1)
    await expect(insert('a', 2)).rejects.toThrow(/duplicate key/)
    await expect(
      kept.transaction((transaction) => transaction.query('select nothing from nowhere')),
    ).rejects.toThrow(/nowhere/)
    await insert('b', 2)
    expect((await count()).rows).toEqual([{ n: 2 }])
  })

  it('stay usable when the transaction that prepared them was rolled back', async () => {
    const failing = kept.transaction(async (transaction) => {
      await transaction.query('select count(*)::int as n from notes')
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    expect((await count()).rows).toEqual([{ n: 0 }])
  })

  it('give way to newer ones', async () => {
    for (let index = 0; index < 150; index++) {
      // oxlint-disable-next-line no-await-in-loop
      const { rows } = await kept.transaction((transaction) => transaction.query(`select ${index} as n`))
      expect(rows).toEqual([{ n: index }])
    }
    expect(await preparedCount()).toBe(100)
  })

  it('run one after the other for whoever asks at once, beside plain queries', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `n${index}`)
    await Promise.all([
      ...ids.map((id, index) => insert(id, index)),
      ...ids.map(() => client.query('select count(*) from notes')),
    ])
    expect((await count()).rows).toEqual([{ n: 20 }])
  })

  it('are kept outside of transactions too, and wait for those under way', async () => {
    const alone = () => kept.query<{ n: number }>('select count(*)::int as n from notes where size < $1', [9])
    expect((await alone()).rows).toEqual([{ n: 0 }])
    const open = Promise.withResolvers<void>()
    const writing = kept.transaction(async (transaction) => {
      await transaction.query('insert into notes (id, size) values ($1, $2)', ['a', 1])
      await open.promise
    })
    const reading = alone()
    open.resolve()
    await writing
    expect((await reading).rows).toEqual([{ n: 1 }])
    expect(await preparedCount()).toBe(2)
    await expect(kept.query('select nothing from nowhere')).rejects.toThrow(/nowhere/)
    expect((await alone()).rows).toEqual([{ n: 1 }])
  })

  it('serve drizzle in transactions and outside', async () => {
    const queries = drizzle(kept)
    await queries.transaction((transaction) =>
      transaction.execute(sql`insert into notes (id) values (${'a'})`),
    )
    expect((await queries.execute(sql`select id from notes`)).rows).toEqual([{ id: 'a' }])
  })
})
