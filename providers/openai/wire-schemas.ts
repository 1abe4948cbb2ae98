import { z } from 'zod'

/** Some hosts answer in parts even when there is only text. */
const content = z
  .union([z.string(), z.array(z.object({ text: z.string().nullish() })).transform(joinTexts)])
  .nullish()

function joinTexts(parts: readonly { readonly text?: string | null | undefined }[]): string {
  return parts.map(({ text }) => text ?? '').join('')
}

const refusal = z.string().nullish()
/** Hosts for reasoning models stream their hidden text under these names. */
const reasoning = { reasoning_content: z.string().nullish(), reasoning: z.string().nullish() }

/** A chat completion, as far as it is read: hosts leave out and add fields, so nothing else is asked for. */
export const completionSchema = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content,
          refusal,
          tool_calls: z
            .array(
              z.object({
                id: z.string().nullish(),
                function: z.object({ name: z.string(), arguments: z.string().nullish() }),
              }),
            )
            .nullish(),
        }),
      }),
    )
    .min(1),
  usage: z.json().nullish(),
})

/** One event of a streamed chat completion. The event that carries the usage has no choices. */
export const chunkSchema = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        index: z.number().nullish(),
        finish_reason: z.string().nullish(),
        delta: z
          .object({
            content,
            refusal,
            ...reasoning,
            tool_calls: z
              .array(
                z.object({
                  index: z.number().nullish(),
                  id: z.string().nullish(),
                  function: z
                    .object({ name: z.string().nullish(), arguments: z.string().nullish() })
                    .nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  usage: z.json().nullish(),
})
export type CompletionChunk = z.infer<typeof chunkSchema>

const count = z.number().int().nonnegative()

/** The usage object, with the two counts that make it usable. */
export const usageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count.nullish(),
  prompt_tokens_details: z
    .object({ cached_tokens: count.nullish(), cache_write_tokens: count.nullish() })
    .nullish(),
  completion_tokens_details: z.object({ reasoning_tokens: count.nullish() }).nullish(),
})
