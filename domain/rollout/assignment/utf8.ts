/** A text in UTF-8, without a `TextEncoder`, which not every place that assigns has. A lone surrogate is U+FFFD. */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = []
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    pushPoint(bytes, point >= 0xd800 && point <= 0xdfff ? 0xfffd : point)
  }
  return Uint8Array.from(bytes)
}

function pushPoint(bytes: number[], point: number): void {
  if (point < 0x80) bytes.push(point)
  else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point))
  else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point))
  else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point))
}

function tail(point: number): number {
  return 0x80 | (point & 0x3f)
}
