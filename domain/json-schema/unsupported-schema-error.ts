/** Nothing can be said about whether a value satisfies a schema; `message` says why. */
export class UnsupportedSchemaError extends Error {
  override readonly name = 'UnsupportedSchemaError'
}
