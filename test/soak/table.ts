/** What a soak has shown, for people. Pure. */
import type { SoakResult } from './run.ts'
import { mb } from './size.ts'

export function tableOf(result: SoakResult): string {
  const { hours, seed, realMs, sizes, failures, faults } = result
  const rows: readonly (readonly [what: string, said: string | number])[] = [
    ['simulated hours', `${hours} (seed ${seed}), in ${Math.round(realMs / 1000)} s`],
    ['posts written', result.written],
    ['messages in Slack', result.messages],
    ['posts that belong in a channel', result.posts],
    ['either is right, not counted', result.either],
    ['missing', result.missing],
    ['twice', result.twice],
    ['out of order', `${result.outOfOrder} of ${result.compared} first attempts`],
    ['operations by people', `${result.operations}, of which ${result.unchanged} changed nothing`],
    ['stops and starts', result.stops],
    ['kills', result.crashes],
    ['faults', Object.values(faults).reduce((sum, many) => sum + many, 0)],
    ...Object.entries(faults)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([kind, many]) => [`  ${kind}`, many] as const),
    ["X's bill of a day above the ledger, at most", `$${result.unread / 1e6}`],
    ['posts forgotten after their term', result.forgotten],
    ...spread(sizes).map(
      ({ hour, service, file }) =>
        [`after hour ${hour}`, `service ${mb(service)} in memory, database ${mb(file)}`] as const,
    ),
    ...(result.unjudged.length === 0 ? [] : [['not judged to the end', result.unjudged.join(', ')] as const]),
    ['failures', failures.length],
  ]
  const width = Math.max(...rows.map(([what]) => what.length))
  const lines = rows.map(([what, said]) => `${what.padEnd(width)}  ${said}`)
  return `${[...lines, ...failures.map(failure => `FAILED: ${failure}`)].join('\n')}\n`
}

/** The first, one in the middle, the last. */
function spread<T>(items: readonly T[]): readonly T[] {
  return items.filter((_, n) => n === 0 || n === items.length - 1 || n === Math.floor(items.length / 2))
}
