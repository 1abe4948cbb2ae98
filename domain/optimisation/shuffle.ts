/** The same items in an order that chance decides (Fisher and Yates), so that no setting always comes first. */
export function shuffle<Item>(items: readonly Item[], random: () => number): readonly Item[] {
  const rest = [...items]
  const shuffled: Item[] = []
  while (rest.length > 0) {
    shuffled.push(...rest.splice(Math.floor(random() * rest.length), 1))
  }
  return shuffled
}
