/** `82.5` of a share from 0 to 1, with one decimal at most. */
export function percentText(share: number): string {
  return String(Math.round(share * 1000) / 10)
}
