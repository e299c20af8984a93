/** The table of `npm run proof`. Pure. */
import type { ProofResult } from './result.ts'

const columns = [
  'part',
  'crashes',
  'faults',
  'posts',
  'missing',
  'twice',
  'out of order',
  'cases',
  'seconds',
  '',
] as const

/** A part that has run, and how long, in seconds. */
export interface Ran {
  readonly result: ProofResult
  readonly seconds: number
}

/** One line a part, the sum, the faults of each kind, and what went wrong. */
export function proofTable(ran: readonly Ran[]): string {
  const rows = ran.map(({ result, seconds }) => [
    result.part,
    result.crashes,
    sum(Object.values(result.faults)),
    result.posts,
    result.missing,
    result.twice,
    result.outOfOrder,
    result.cases,
    Math.round(seconds),
    result.failures.length === 0 ? 'ok' : `${result.failures.length} FAILED`,
  ])
  const totals = columns.slice(1, -1).map((_, n) => sum(rows.map(row => Number(row[n + 1]))))
  const all = [columns, ...rows, ['together', ...totals, '']].map(row => row.map(cell => grouped(cell)))
  const widths = columns.map((_, n) => Math.max(...all.map(row => row[n]?.length ?? 0)))
  const lines = all.map(row =>
    row
      .map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  const rule = '-'.repeat(Math.max(...lines.map(line => line.length)))
  const table = [lines[0], rule, ...lines.slice(1, -1), rule, lines.at(-1)]
  return [...table, '', ...faultLines(ran), ...failureLines(ran)].join('\n')
}

function faultLines(ran: readonly Ran[]): readonly string[] {
  const kinds = new Map<string, number>()
  for (const { result } of ran)
    for (const [kind, count] of Object.entries(result.faults)) kinds.set(kind, (kinds.get(kind) ?? 0) + count)
  if (kinds.size === 0) return []
  const sorted = [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return ['faults that happened:', ...sorted.map(([kind, count]) => `${grouped(count).padStart(8)}  ${kind}`)]
}

function failureLines(ran: readonly Ran[]): readonly string[] {
  const failed = ran.flatMap(({ result }) => result.failures.map(failure => `  ${result.part}: ${failure}`))
  return failed.length === 0 ? [] : ['', 'what went wrong:', ...failed]
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

function grouped(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en') : cell
}
