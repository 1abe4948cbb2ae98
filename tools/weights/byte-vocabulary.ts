/** The numbers that llama.cpp gives to kinds of tokens. */
export const TOKEN_TYPES = { normal: 1, control: 3 } as const

export interface ByteVocabulary {
  readonly tokens: readonly string[]
  readonly types: readonly number[]
  readonly endOfTurn: number
  readonly endOfText: number
}

const SPECIAL_TOKENS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'] as const

/** ChatML: what most open instruct models use. */
export const CHATML_TEMPLATE =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

/** One token for each byte, its number being the byte, then ChatML's three. */
export function byteVocabulary(): ByteVocabulary {
  const bytes = byteLetters()
  return {
    tokens: [...bytes, ...SPECIAL_TOKENS],
    types: [...bytes.map(() => TOKEN_TYPES.normal), ...SPECIAL_TOKENS.map(() => TOKEN_TYPES.control)],
    endOfText: bytes.length,
    endOfTurn: bytes.length + 2,
  }
}

/** GPT-2's spelling of bytes: visible Latin-1 letters stand for themselves, the others for letters from U+0100 on. */
function byteLetters(): string[] {
  let nextLetter = 0x100
  return Array.from({ length: 256 }, (_, byte) => {
    const isVisible = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad)
    if (isVisible) return String.fromCodePoint(byte)
    nextLetter += 1
    return String.fromCodePoint(nextLetter - 1)
  })
}
