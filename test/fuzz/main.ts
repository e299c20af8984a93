/** `npm run fuzz -- --cases N --seed S [--target NAME]…`: fuzzes everything that reads what comes from outside, and says what it found. */
import { Option } from 'commander'
import { commandLine, wholeNumber } from '../rig/command-line.ts'
import type { TargetResult } from './fuzz.ts'
import { runFuzz } from './run.ts'
import { targets } from './targets/index.ts'

const names = targets.map(({ name }) => name)
const { cases, seed, target } = commandLine('npm run fuzz --', 'fuzzes everything that reads what comes from outside')
  .option('--cases <number>', 'how many in all', wholeNumber(1), 1_000_000)
  .option('--seed <number>', 'the same seed is the same cases', wholeNumber(), 1)
  .addOption(new Option('--target <names...>', 'only these').choices(names))
  .parse()
  .opts<{ readonly cases: number; readonly seed: number; readonly target?: readonly string[] }>()

const widths = [16, 10, 10, 12, 14, 8, 8]
say(row(['target', 'cases', 'findings', 'slowest', 'of characters', 'covered', 'seconds']))
const began = performance.now()
const result = await runFuzz({
  ...{ cases, seed, only: target },
  onTarget: (done, seconds) => say(row([...columns(done), seconds.toFixed(0)])),
})
say(
  `${result.cases.toLocaleString('en')} cases in ${((performance.now() - began) / 60_000).toFixed(1)} minutes, seed ${seed}.`,
)
for (const failure of result.failures) say(`✗ ${failure}`)
process.exitCode = result.failures.length === 0 ? 0 : 1

/** `covered`: characters of our sources that ran. */
function columns({ name, cases: read, findings, slowest, covered }: TargetResult): readonly string[] {
  return [
    name,
    String(read),
    String(findings.length),
    `${slowest.ms.toFixed(0)} ms`,
    String(slowest.input.length),
    String(covered ?? ''),
  ]
}

function row(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' ')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
