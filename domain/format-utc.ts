const MS_PER_DAY = 86_400_000
const DAYS_PER_ERA = 146_097

/** Milliseconds since the epoch as `2026-11-21 14:03:22 UTC`, without a clock or a `Date`. */
export function formatUtc(epochMs: number): string {
  const days = Math.floor(epochMs / MS_PER_DAY)
  const seconds = Math.floor((epochMs - days * MS_PER_DAY) / 1000)
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${civilDate(days)} ${time.map(twoDigits).join(':')} UTC`
}

/** The Gregorian date of a day since 1970-01-01, counted in eras of 400 years that start in March. */
function civilDate(daysSinceEpoch: number): string {
  const days = daysSinceEpoch + 719_468
  const era = Math.floor(days / DAYS_PER_ERA)
  const dayOfEra = days - era * DAYS_PER_ERA
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(day)}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
