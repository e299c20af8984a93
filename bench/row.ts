/** One line of a bench's table: a figure, who it is measured against in the same run, and the goal it has to meet. */

export interface Row {
  readonly what: string
  /** Our figure with its unit. */
  readonly value: string
  /** The same figure of the peer or the ceiling, with its name. */
  readonly peer?: string
  /** Ours against the peer's, as in "4.2 x". */
  readonly ratio?: string
  readonly goal?: string
  readonly met?: boolean
}

/** The rows as a plain text table. */
export function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(row => [row.what, row.value, row.peer ?? '', row.ratio ?? '', row.goal ?? '', verdict(row)])
  const all = [['what', 'ours', 'peer', 'ratio', 'goal', ''], ...cells]
  const widths = all[0]?.map((_, column) => Math.max(...all.map(line => line[column]?.length ?? 0))) ?? []
  const lines = all.map(line => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
  return lines.map(line => line.trimEnd()).join('\n')
}

function verdict(row: Row): string {
  if (row.met === undefined) return ''
  return row.met ? 'met' : 'MISSED'
}
