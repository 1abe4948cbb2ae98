const WORDS_OF_PROMQL = new Set(
  (
    'sum min max avg count by without on ignoring and or unless group_left group_right rate increase changes ' +
    'absent histogram_quantile vector label_values offset bool'
  ).split(' '),
)

/** The metrics that a PromQL expression asks for. */
export function metricNamesIn(expression: string): readonly string[] {
  const bare = expression
    // Labels and their values, ranges, and what is grouped by.
    .replaceAll(/\{[^}]*\}/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ')
    .replaceAll(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, ' ')
  const words = [...bare.matchAll(/[a-zA-Z_:][\w:]*/g)].map(([word]) => word)
  return [...new Set(words.filter((word) => !WORDS_OF_PROMQL.has(word)))]
}
