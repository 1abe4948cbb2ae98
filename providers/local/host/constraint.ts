import { z } from 'zod'
import { JSON_OBJECT_GRAMMAR, numberedLinesGrammar } from './json-grammar.ts'
import { toGrammarSchema, UnsupportedSchemaError } from './grammar-schema.ts'
import { ProviderError } from '../../provider-error.ts'
import type { GbnfJsonSchema, Llama, LlamaGrammar } from 'node-llama-cpp'
import type { JsonObject } from '../../../domain/json.ts'
import type { ResponseFormat } from '../../../domain/message.ts'
import { messageOf } from '../../../domain/message-of.ts'

/** What a response format means for a generation. */
export interface Constraint {
  readonly grammar?: LlamaGrammar
  /** Ends the text where a grammar would go on for ever. */
  readonly stop: readonly string[]
  /** The least that recent tokens are made less likely by; absent: they must be as likely as they are. */
  readonly leastRepeatPenalty?: number
  /** Says why the finished text is no answer. `isCut`: the tokens ran out. */
  readonly findFault: (text: string, isCut: boolean) => string | undefined
}

/** More lines, or longer ones, are no list that a small model could fill. */
const MAX_LINES = 64
const MAX_LINE_LENGTH = 1000

/** A grammar leaves a small model few good tokens, so that it repeats its lines without a penalty. */
const LIST_REPEAT_PENALTY = 1.15

/** The engine's schema grammars end with this, because a model may not know that it is done. */
const SCHEMA_END = '\n\n\n\n'

const UNCONSTRAINED: Constraint = { stop: [], leastRepeatPenalty: 1, findFault: () => undefined }

/**
 * Makes the constraint of a format.
 * @throws ProviderError of kind `bad-request` for a schema or list that no grammar can hold.
 */
export async function createConstraint(llama: Llama, format: ResponseFormat): Promise<Constraint> {
  try {
    if (format.type === 'json') {
      const grammar = await llama.createGrammar({ grammar: JSON_OBJECT_GRAMMAR })
      return { grammar, stop: [], leastRepeatPenalty: 1, findFault: jsonFault }
    }
    if (format.type === 'json-schema') return await schemaConstraint(llama, format.schema)
    if (format.type === 'numbered-lines') return await listConstraint(llama, format)
    return UNCONSTRAINED
  } catch (error) {
    if (error instanceof ProviderError) throw error
    const reason = messageOf(error)
    throw new ProviderError('bad-request', `the response format has no grammar: ${reason}`, { cause: error })
  }
}

async function schemaConstraint(llama: Llama, schema: JsonObject): Promise<Constraint> {
  const grammar = await llama.createGrammarForJsonSchema<GbnfJsonSchema>(toGrammarSchema(schema))
  const check = toCheck(schema)
  return {
    grammar,
    stop: [SCHEMA_END],
    findFault: (text, isCut) => {
      const fault = jsonFault(text, isCut)
      if (fault !== undefined || check === undefined) return fault
      const issue = check.safeParse(JSON.parse(text)).error?.issues[0]
      return (
        issue && `the JSON does not satisfy its schema at ${issue.path.join('.') || '$'}: ${issue.message}`
      )
    },
  }
}

/** Checks what the grammar is too wide for; a schema that only the grammar knows is left to the grammar. */
function toCheck(schema: JsonObject): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(schema)
  } catch {
    return undefined
  }
}

async function listConstraint(
  llama: Llama,
  format: Extract<ResponseFormat, { type: 'numbered-lines' }>,
): Promise<Constraint> {
  const { count, minLength, maxLength } = format
  if (!(count >= 1 && count <= MAX_LINES) || !(maxLength >= minLength && maxLength <= MAX_LINE_LENGTH)) {
    throw new UnsupportedSchemaError(
      `numbered-lines takes 1 to ${MAX_LINES} lines of at most ${MAX_LINE_LENGTH} characters, ` +
        `not ${count} of ${minLength} to ${maxLength}`,
    )
  }
  const grammar = await llama.createGrammar({ grammar: numberedLinesGrammar(count, minLength, maxLength) })
  return { grammar, stop: [], leastRepeatPenalty: LIST_REPEAT_PENALTY, findFault: () => undefined }
}

function jsonFault(text: string, isCut: boolean): string | undefined {
  // A number that was cut off is a number; what ends with a bracket is whole.
  if (isCut && !/[}\]]$/.test(text.trimEnd())) return 'the JSON was cut off at the output limit'
  try {
    JSON.parse(text)
    return undefined
  } catch {
    return isCut ? 'the JSON was cut off at the output limit' : 'the answer is not JSON'
  }
}
