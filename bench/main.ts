/**
 * `npm run bench`: every figure with its peer or ceiling in the same run, as one table. `npm run bench -- match latency` runs some. Figures of
 * one machine at one moment: the ratios are what to compare.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { benchLatency } from './latency.ts'
import { benchMatch } from './match.ts'
import { benchPace } from './pace.ts'
import { benchReader } from './reader.ts'
import { type Row, tableOf } from './row.ts'
import { benchStart } from './start.ts'
import { benchStore } from './store.ts'

const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  reader: benchReader,
  match: benchMatch,
  store: benchStore,
  latency: benchLatency,
  pace: benchPace,
  start: benchStart,
}

const asked = process.argv.slice(2)
const unknown = asked.filter(name => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  process.stderr.write(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.\n`)
  process.exitCode = 2
} else await run(asked.length === 0 ? Object.keys(benches) : asked)

async function run(names: readonly string[]): Promise<void> {
  const rows: Row[] = []
  for (const name of names) {
    process.stderr.write(`bench: ${name} …\n`)
    rows.push(...((await benches[name]?.()) ?? []))
  }
  const missed = rows.filter(({ met }) => met === false).length
  const text = `Node ${process.version}, ${cpus().length} cores\n\n${tableOf(rows)}\n\n${missed === 0 ? 'All goals are met.' : `${missed} goals are missed.`}\n`
  process.stdout.write(text)
  const output = join(import.meta.dirname, '../test/output')
  mkdirSync(output, { recursive: true })
  writeFileSync(join(output, 'bench.txt'), text)
}
