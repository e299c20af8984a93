/**
 * `npm run soak -- --hours H --seed S`: the service lives so many simulated hours (default 168, a week) between the simulators, and everything that
 * must hold is looked at all the time. Prints a table, writes test/output/soak.txt, and ends with status 1 where anything was wrong; what
 * was wrong says how to repeat it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runSoak } from './run.ts'
import { tableOf } from './table.ts'

const outputDir = join(import.meta.dirname, '../output')

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '168' },
    seed: { type: 'string', default: '1' },
    quiet: { type: 'boolean' },
  },
})
const [hours, seed] = [Number(values.hours), Number(values.seed)]
if (!Number.isInteger(hours) || hours < 1 || !Number.isInteger(seed)) {
  process.stderr.write('Hours and seed are whole numbers: npm run soak -- --hours 168 --seed 1\n')
  process.exit(2)
}
const onHour = (line: string) => process.stderr.write(`${line}\n`)
const result = await runSoak({ hours, seed, ...(values.quiet ? {} : { onHour }) })
const text = tableOf(result)
mkdirSync(outputDir, { recursive: true })
writeFileSync(join(outputDir, 'soak.txt'), text)
process.stdout.write(text)
process.exitCode = result.failures.length === 0 ? 0 : 1
