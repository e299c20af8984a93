/** What became of the posts, as a table by kind of kill. */
import type { Finding } from './oracle.ts'
import type { LifeResult } from './play.ts'

interface Row {
  kills: number
  posts: number
  missing: number
  twice: number
  outOfOrder: number
}

/** A post is told under the kill that was next to it in time. */
export function crashTable(engine: string, lives: readonly LifeResult[]): string {
  const rows = new Map<string, Row>()
  const row = (name: string): Row => {
    const found = rows.get(name) ?? { kills: 0, posts: 0, missing: 0, twice: 0, outOfOrder: 0 }
    rows.set(name, found)
    return found
  }
  for (const { killed, judgement } of lives) {
    for (const { kill } of killed) row(nameOf(kill)).kills += 1
    if (judgement === undefined) continue
    const nearest = (at: number) =>
      row(nameOf(killed.toSorted((a, b) => Math.abs(a.at - at) - Math.abs(b.at - at))[0]?.kill ?? ''))
    const count = (what: 'missing' | 'twice' | 'outOfOrder', findings: readonly Finding[]) => {
      for (const { at } of findings) nearest(at)[what] += 1
    }
    for (const at of judgement.belong) nearest(at).posts += 1
    count('missing', judgement.missing)
    count('twice', judgement.twice)
    count('outOfOrder', judgement.outOfOrder)
  }
  const sorted = [...rows].sort(([a], [b]) => a.localeCompare(b))
  const compared = lives.reduce((sum, { judgement }) => sum + (judgement?.compared ?? 0), 0)
  return [
    line([`killed (${engine})`, 'kills', 'posts', 'missing', 'twice', 'out of order']),
    ...sorted.map(([name, { kills, posts, missing, twice, outOfOrder }]) =>
      line([name, kills, posts, missing, twice, outOfOrder]),
    ),
    `first attempts compared for order: ${compared}`,
  ].join('\n')
}

const moments: Readonly<Record<string, string>> = {
  any: 'at any point',
  ms: 'at a random moment',
  start: 'while it starts',
  whole: 'in quiet times',
}

function nameOf(kill: string): string {
  const [name = ''] = kill.split(':')
  return moments[name] ?? name
}

function line([name = '', ...numbers]: readonly (string | number)[]): string {
  return `${String(name).padEnd(28)}${numbers.map(number => String(number).padStart(13)).join('')}`
}
