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

/** What a batch of rows has whatever its values are. */
interface Shape extends Omit<Recordset, 'source'> {
  readonly fields: readonly {
    readonly key: string
    readonly name: string
    readonly toWire: (value: unknown) => unknown
  }[]
  readonly types: SQL
}

/** Columns that are named in a constant have theirs made once. */
const shapes = new WeakMap<object, Shape>()

/**
 * Turns rows into a `from` clause. `columns` maps the rows' keys to columns of the table that they are for.
 * Text is stored with U+0000 and lone surrogates replaced, which PostgreSQL cannot hold; documents keep them.
 */
export function recordset<Columns extends Readonly<Record<string, PgColumn>>>(
  columns: Columns,
  rows: readonly { readonly [Key in keyof Columns]?: unknown }[],
): Recordset {
  const { fields, names, values, assignments, types } = shapes.get(columns) ?? makeShape(columns)
  const records = rows.map((row: Readonly<Record<string, unknown>>) => {
    const record: Record<string, unknown> = {}
    for (const { key, name, toWire } of fields) record[name] = toWire(row[key])
    return record
  })
  const source = sql`json_to_recordset(${JSON.stringify(records)}::text::json) as record (${types})`
  return { names, values, assignments, source }
}

function makeShape(columns: Readonly<Record<string, PgColumn>>): Shape {
  const entries = Object.entries(columns)
  // As plain text, because all of it is constant: drizzle's builder would take longer than the database.
  const all = entries.map(([, column]) => ({ name: `"${column.name}"`, column }))
  const assigned = all.filter(({ column }) => !column.primary)
  const shape: Shape = {
    fields: entries.map(([key, column]) => ({
      key,
      name: column.name,
      toWire: isDocument(column) ? documentOnWire : valueOnWire,
    })),
    names: sql.raw(all.map(({ name }) => name).join(', ')),
    values: sql.raw(all.map(recordValue).join(', ')),
    assignments: sql.raw(assigned.map((field) => `${field.name} = ${recordValue(field)}`).join(', ')),
    types: sql.raw(all.map(({ name, column }) => `${name} ${wireType(column)}`).join(', ')),
  }
  shapes.set(columns, shape)
  return shape
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

function documentOnWire(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}

function valueOnWire(value: unknown): unknown {
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '\uFFFD') : (value ?? null)
}

function isDocument(column: PgColumn): boolean {
  return column.getSQLType() === 'json'
}
