import { type PgColumn, type SQL, sql } from './drizzle.ts'

/** The rows of one batch as SQL, sent as a single parameter however many they are. */
export interface Recordset {
  /** The columns' names, for `insert into t (…)`. */
  readonly names: SQL
  /** The columns' values in the same order, for `select …`. */
  readonly values: SQL
  /** Every column but the primary key set to its value, for `set …`. */
  readonly assignments: SQL
  /** What they are selected from, for `from …`: the rows in their order, under the name `record`. */
  readonly source: SQL
}

/**
 * Turns rows into a `from` clause. `columns` maps the rows' keys to columns of the table that they are for.
 * Text is stored with U+0000 and lone surrogates replaced, which PostgreSQL cannot hold; documents keep them.
 */
export function recordset<Columns extends Readonly<Record<string, PgColumn>>>(
  columns: Columns,
  rows: readonly { readonly [Key in keyof Columns]?: unknown }[],
): Recordset {
  const entries = Object.entries<PgColumn>(columns)
  const records = rows.map((row) => {
    const fields = new Map<string, unknown>(Object.entries(row))
    return Object.fromEntries(
      entries.map(([key, column]) => [column.name, wireValue(column, fields.get(key))]),
    )
  })
  // As plain text, because all of it is constant: drizzle's builder would take longer than the database.
  const all = entries.map(([, column]) => ({ name: `"${column.name}"`, column }))
  const assigned = all.filter(({ column }) => !column.primary)
  const types = all.map(({ name, column }) => `${name} ${wireType(column)}`)
  return {
    names: sql.raw(all.map(({ name }) => name).join(', ')),
    values: sql.raw(all.map(recordValue).join(', ')),
    assignments: sql.raw(assigned.map((field) => `${field.name} = ${recordValue(field)}`).join(', ')),
    source: sql`json_to_recordset(${JSON.stringify(records)}::text::json) as record (${sql.raw(types.join(', '))})`,
  }
}

/** A set of texts for `column = any(…)`, sent as a single parameter. */
export function textArray(values: readonly string[]): SQL {
  return sql`array(select json_array_elements_text(${JSON.stringify(values)}::text::json))`
}

function recordValue({ name, column }: { readonly name: string; readonly column: PgColumn }): string {
  return `record.${name}::${column.getSQLType()}`
}

// Documents travel as text inside the batch: unpacking the batch would decode, and refuse, the escapes in them.
function wireType(column: PgColumn): string {
  return isDocument(column) ? 'text' : column.getSQLType()
}

function wireValue(column: PgColumn, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (isDocument(column)) return JSON.stringify(value)
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : value
}

function isDocument(column: PgColumn): boolean {
  return column.getSQLType() === 'json'
}
