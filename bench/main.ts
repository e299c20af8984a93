/**
 * `npm run bench`: every figure with its peer or ceiling in the same run, as one table, and why a goal was missed. `npm run bench -- match
 * latency` runs some, `--quick` a small and rough version. Figures are of one machine at one moment: the ratios are what to compare. A
 * missed goal is said and is no failure; a bench that cannot come to its end is one.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { benchCost } from './cost.ts'
import { benchLatency } from './latency.ts'
import { benchMatch } from './match.ts'
import { type Measured, missedLines, type Size } from './measured.ts'
import { benchPace } from './pace.ts'
import { benchPlan } from './plan.ts'
import { benchReader } from './reader.ts'
import { tableOf } from './row.ts'
import { benchStart } from './start.ts'
import { benchStore } from './store.ts'

/** reader, match and store have one size only. */
const benches: Readonly<Record<string, (size: Size) => Promise<readonly Measured[]>>> = {
  reader: benchReader,
  match: benchMatch,
  store: benchStore,
  latency: benchLatency,
  pace: benchPace,
  start: benchStart,
  plan: benchPlan,
  cost: benchCost,
}

const asked = process.argv.slice(2)
const size: Size = asked.includes('--quick') ? 'quick' : 'full'
const names = asked.filter(word => word !== '--quick')
const unknown = names.filter(name => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  const known = Object.keys(benches).join(', ')
  process.stderr.write(
    `There is no bench ${unknown.join(', ')}. There are: ${known}; and --quick for a small version.\n`,
  )
  process.exitCode = 2
} else await run(names.length === 0 ? Object.keys(benches) : names)

async function run(names: readonly string[]): Promise<void> {
  const load = loadavg()[0]?.toFixed(1)
  const rows: Measured[] = []
  const failures: string[] = []
  for (const name of names) {
    process.stderr.write(`bench: ${name} …\n`)
    try {
      rows.push(...((await benches[name]?.(size)) ?? []))
    } catch (error) {
      failures.push(
        `The bench ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      )
    }
  }
  const missed = missedLines(rows)
  const machine = `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), load ${load} before`
  const goals = missed.length === 0 && failures.length === 0 ? ['All goals are met.'] : missed
  const text = `${[`${names.join(', ')}: ${size}. ${machine}`, tableOf(rows), [...goals, ...failures].join('\n')].join('\n\n')}\n`
  process.stdout.write(text)
  const output = join(import.meta.dirname, '../test/output')
  mkdirSync(output, { recursive: true })
  writeFileSync(join(output, 'bench.txt'), text)
  if (failures.length > 0) process.exitCode = 1
}
