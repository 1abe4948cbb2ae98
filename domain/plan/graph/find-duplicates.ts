import { canonicalJson } from '../../json.ts'
import { isContentRef } from '../../content-ref.ts'
import type { Subtask } from '../plan.ts'

/** Two subtasks that ask for the same, by id; `first` stands earlier in the plan. */
export interface DuplicatePair {
  readonly first: string
  readonly second: string
}

// oxlint-disable-next-line no-control-regex -- all of ASCII
const ASCII = /^[\0-\x7f]*$/

/** Lower case, one space between words, punctuation gone; signs that change a meaning (C++, C#, 5 %) stay. */
export function normaliseAction(text: string): string {
  // The same, twenty times as fast, for what most actions are.
  if (ASCII.test(text))
    return text
      .toLowerCase()
      .replace(/[^a-z0-9+#%$<>=]+/g, ' ')
      .trim()
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}+#%$€<>=]+/gu, ' ')
    .trim()
}

/**
 * Subtasks that ask for the same work as an earlier one: equal actions to the same model on the same dependencies.
 * So a caller may ask two models the same, or refine two results alike.
 */
export function findSameWork(subtasks: readonly Subtask[]): readonly DuplicatePair[] {
  return findEqual(subtasks, (subtask) =>
    canonicalJson([actionKey(subtask), subtask.model ?? '', [...new Set(subtask.dependsOn)].toSorted()]),
  )
}

/**
 * Subtasks whose action says the same as an earlier one's, or nearly: the overlap of their words (Jaccard index) is
 * at least `similarity`. Numbers must be the same: chapter 1 and chapter 2 are different work.
 */
export function findSimilarActions(
  subtasks: readonly Subtask[],
  similarity: number,
): readonly DuplicatePair[] {
  const equal = findEqual(subtasks, actionKey)
  const repeated = new Set(equal.map(({ second }) => second))
  return [
    ...equal,
    ...findNear(
      subtasks.filter(({ id }) => !repeated.has(id)),
      similarity,
    ),
  ]
}

/** Word overlap of two texts between 0 and 1; 0 when their numbers differ. */
export function actionSimilarity(left: string, right: string): number {
  const [leftWords, rightWords] = [wordsOf(left), wordsOf(right)]
  return numbersIn(leftWords) === numbersIn(rightWords) ? overlap(leftWords, rightWords) : 0
}

function actionKey({ action }: Subtask): string {
  return isContentRef(action) ? `sha256:${action.sha256}` : `text:${normaliseAction(action.inline)}`
}

function findEqual(
  subtasks: readonly Subtask[],
  keyOf: (subtask: Subtask) => string,
): readonly DuplicatePair[] {
  const firstByKey = new Map<string, string>()
  return subtasks.flatMap((subtask) => {
    const key = keyOf(subtask)
    const first = firstByKey.get(key)
    if (first !== undefined) return [{ first, second: subtask.id }]
    firstByKey.set(key, subtask.id)
    return []
  })
}

interface WordSet {
  readonly id: string
  readonly words: ReadonlySet<string>
}

function findNear(subtasks: readonly Subtask[], similarity: number): readonly DuplicatePair[] {
  const sets = subtasks.flatMap(({ id, action }): WordSet[] =>
    isContentRef(action) ? [] : [{ id, words: wordsOf(action.inline) }],
  )
  const groups = Map.groupBy(sets, ({ words }) => numbersIn(words))
  return [...groups.values()].flatMap((group) => findNearInGroup(group, similarity))
}

/**
 * Prefix filter of set-similarity joins: with words in the order of their rarity, two sets that overlap enough
 * share one of their first few, so that only those pairs are compared.
 */
function findNearInGroup(sets: readonly WordSet[], similarity: number): readonly DuplicatePair[] {
  const frequency = new Map<string, number>()
  for (const word of sets.flatMap(({ words }) => [...words]))
    frequency.set(word, (frequency.get(word) ?? 0) + 1)
  const rarity = (left: string, right: string): number =>
    (frequency.get(left) ?? 0) - (frequency.get(right) ?? 0) || (left < right ? -1 : 1)
  const byRareWord = new Map<string, WordSet[]>()
  return sets.flatMap((set) => {
    const rarest = [...set.words].toSorted(rarity)
    // A little less than the product, so that its rounding cannot hide a pair.
    const shared = Math.ceil(similarity * rarest.length - 1e-9)
    const prefix = rarest.slice(0, rarest.length - shared + 1)
    const candidates = new Set(prefix.flatMap((word) => byRareWord.get(word) ?? []))
    const match = [...candidates].find(({ words }) => overlap(words, set.words) >= similarity)
    for (const word of prefix) {
      const others = byRareWord.get(word)
      if (others === undefined) byRareWord.set(word, [set])
      else others.push(set)
    }
    return match === undefined ? [] : [{ first: match.id, second: set.id }]
  })
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(normaliseAction(text).split(' ').filter(Boolean))
}

function overlap(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let shared = 0
  for (const word of left) if (right.has(word)) shared++
  return shared === 0 ? 0 : shared / (left.size + right.size - shared)
}

/** The words with a digit, which must be the same in both texts. */
function numbersIn(words: ReadonlySet<string>): string {
  return [...words]
    .filter((word) => /\p{N}/u.test(word))
    .toSorted()
    .join(' ')
}
