import { PEER_NAMES } from './peers.ts'
import { type Outcome, OURS, type RuleName } from './replicate.ts'

/** A cell of the grid with what came of every rule. */
export interface Cell {
  readonly name: string
  readonly outcomes: Readonly<Partial<Record<RuleName, Outcome>>>
}

const WIDTH = 900
const LEFT = 330
const RIGHT = 870
const ROW = 24
const TITLE = 34
const AXIS = 40
const LEGEND = 64

const MARKS: Readonly<Record<RuleName, { readonly colour: string; readonly shape: Shape }>> = {
  'errors > 5 % in 5 min': { colour: '#b35900', shape: 'square' },
  'the same 3 times in a row': { colour: '#8250df', shape: 'triangle' },
  'z-test every minute': { colour: '#57606a', shape: 'diamond' },
  'e-process': { colour: '#0969da', shape: 'circle' },
}
type Shape = 'circle' | 'square' | 'triangle' | 'diamond'
const RULES: readonly RuleName[] = [...PEER_NAMES, OURS]

/** Both tables as one SVG: a row a cell, a mark a rule, on the share of replicates that were rolled back. */
export function drawPicture(
  healthy: readonly Cell[],
  worse: readonly Cell[],
  { seed, replicates }: { readonly seed: number; readonly replicates: number },
): string {
  const upper = panel(
    healthy,
    LEGEND,
    'Healthy versions rolled back (wrong); the line is the bound of 5 %',
    true,
  )
  const lower = panel(worse, upper.bottom + 16, 'Worse versions rolled back (right)', false)
  const height = lower.bottom + 30
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">`,
    '  <title id="title">How often each rule rolls a version back</title>',
    `  <desc id="description">The e-process rolls a healthy version back in at most ${mostPercent(healthy)} % of the replicates of a cell. Beside it stand two fixed thresholds and a z-test that is repeated every minute, and below what all of them do to worse versions.</desc>`,
    '  <style>text { font: 13px -apple-system, "Segoe UI", "Helvetica Neue", Helvetica, Arial, "DejaVu Sans", sans-serif; fill: #1f2328; } .small { font-size: 12px; fill: #57606a; } .name { font-weight: 600; font-size: 14px; }</style>',
    `  <rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="10" fill="#fbfcfd" stroke="#afb8c1"/>`,
    ...legend(),
    ...upper.lines,
    ...lower.lines,
    `  <text class="small" x="24" y="${height - 14}">${replicates.toLocaleString('en-US')} replicates a cell, seed ${seed}; two hours, a look a minute; bars are 95 % Wilson intervals</text>`,
    '</svg>',
    '',
  ].join('\n')
}

function mostPercent(cells: readonly Cell[]): string {
  return Math.max(...cells.map(({ outcomes }) => (outcomes[OURS]?.rolledBack.share ?? 0) * 100)).toFixed(1)
}

function legend(): readonly string[] {
  return RULES.flatMap((rule, index) => {
    const x = 40 + index * 215
    return [mark(rule, x, 30), `  <text x="${x + 14}" y="34">${escape(rule)}</text>`]
  })
}

function panel(
  cells: readonly Cell[],
  top: number,
  title: string,
  hasBound: boolean,
): { readonly lines: readonly string[]; readonly bottom: number } {
  const first = top + TITLE
  const bottom = first + cells.length * ROW
  const grid = [0, 25, 50, 75, 100].flatMap((percent) => [
    `  <line x1="${at(percent)}" y1="${first}" x2="${at(percent)}" y2="${bottom}" stroke="#d8dee4"/>`,
    `  <text class="small" x="${at(percent)}" y="${bottom + 18}" text-anchor="middle">${percent} %</text>`,
  ])
  const bound = `  <line x1="${at(5)}" y1="${first}" x2="${at(5)}" y2="${bottom}" stroke="#cf222e" stroke-dasharray="4 3"/>`
  return {
    lines: [
      `  <text class="name" x="24" y="${top + 18}">${escape(title)}</text>`,
      ...grid,
      ...(hasBound ? [bound] : []),
      ...cells.flatMap((cell, index) => row(cell, first + index * ROW + ROW / 2)),
    ],
    bottom: bottom + AXIS,
  }
}

function row({ name, outcomes }: Cell, y: number): readonly string[] {
  return [
    `  <text x="${LEFT - 14}" y="${y + 4}" text-anchor="end">${escape(name)}</text>`,
    ...RULES.flatMap((rule) => {
      const outcome = outcomes[rule]
      if (outcome === undefined) return []
      const { share, low, high } = outcome.rolledBack
      const { colour } = MARKS[rule]
      return [
        `  <line x1="${at(low * 100)}" y1="${y}" x2="${at(high * 100)}" y2="${y}" stroke="${colour}" stroke-width="2"/>`,
        mark(rule, at(share * 100), y),
      ]
    }),
  ]
}

function at(percent: number): number {
  return Math.round((LEFT + ((RIGHT - LEFT) * percent) / 100) * 10) / 10
}

function mark(rule: RuleName, x: number, y: number): string {
  const { colour, shape } = MARKS[rule]
  const style = `fill="${colour}" fill-opacity="0.85"`
  switch (shape) {
    case 'circle':
      return `  <circle cx="${x}" cy="${y}" r="5" ${style}/>`
    case 'square':
      return `  <rect x="${x - 4}" y="${y - 4}" width="8" height="8" ${style}/>`
    case 'triangle':
      return `  <path d="M${x} ${y - 5} L${x + 5} ${y + 4} L${x - 5} ${y + 4} z" ${style}/>`
    case 'diamond':
      return `  <path d="M${x} ${y - 5} L${x + 5} ${y} L${x} ${y + 5} L${x - 5} ${y} z" ${style}/>`
  }
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
