/** What stands in for names beyond the limit. */
export const OTHER = 'other'

/** Passes the first names on as they are, and all later ones as `other`: a label must not grow without bound. */
export function createLabelLimit(most: number): (name: string) => string {
  const known = new Set<string>()
  return (name) => {
    if (known.has(name)) return name
    if (known.size >= most) return OTHER
    known.add(name)
    return name
  }
}
