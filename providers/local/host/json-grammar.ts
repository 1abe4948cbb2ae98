/** GBNF for any JSON object, with nothing after its closing brace, so that the model must end there. */
export const JSON_OBJECT_GRAMMAR = String.raw`
root ::= object
value ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" space (member ("," space member)*)? space "}"
member ::= string space ":" space value
array ::= "[" space (value ("," space value)*)? space "]"
string ::= "\"" character* "\""
character ::= [^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})
number ::= "-"? ("0" | [1-9] [0-9]{0,15}) ("." [0-9]{1,15})? ([eE] [-+]? [0-9]{1,3})?
space ::= (" " | "\n" " "{0,16})?
`

/** GBNF for a list of exactly `count` lines, `1. …` to `n. …`, of so many characters each. */
export function numberedLinesGrammar(count: number, minLength: number, maxLength: number): string {
  const items = Array.from({ length: count }, (_, index) => {
    return `"${index === 0 ? '' : String.raw`\n`}${index + 1}. " line`
  })
  // A line begins with a word and holds no control character.
  const rest = `[^\\x00-\\x1F\\x7F]{${Math.max(0, minLength - 1)},${Math.max(0, maxLength - 1)}}`
  // The end of the last line may be written out, as a model that was shown such lists does.
  return [`root ::= ${items.join(' ')} "\\n"?`, `line ::= [^\\x00-\\x20\\x7F] ${rest}`, ''].join('\n')
}
