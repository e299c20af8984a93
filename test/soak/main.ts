/**
 * `npm run soak -- --hours H --seed S`: the service lives so many simulated hours (default 168, a week) between the simulators, and everything that
 * must hold is looked at all the time. Prints a table, writes test/output/soak.txt, and ends with status 1 where anything was wrong; what
 * was wrong says how to repeat it.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine, wholeNumber } from '../rig/command-line.ts'
import { runSoak } from './run.ts'
import { tableOf } from './table.ts'

const outputDir = join(import.meta.dirname, '../output')

const { hours, seed, quiet } = commandLine('npm run soak --', 'lets the service live between the simulators')
  .option('--hours <number>', 'how many simulated hours', wholeNumber(1), 168)
  .option('--seed <number>', 'the same seed is the same life', wholeNumber(), 1)
  .option('--quiet', 'no line for each hour')
  .parse()
  .opts<{ readonly hours: number; readonly seed: number; readonly quiet?: true }>()
const onHour = (line: string) => process.stderr.write(`${line}\n`)
const result = await runSoak({ hours, seed, ...(quiet ? {} : { onHour }) })
const text = tableOf(result)
mkdirSync(outputDir, { recursive: true })
writeFileSync(join(outputDir, 'soak.txt'), text)
process.stdout.write(text)
process.exitCode = result.failures.length === 0 ? 0 : 1
