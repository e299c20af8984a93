/** `npm run fuzz -- --cases N --seed S [--target NAME]…`: fuzzes everything that reads what comes from outside, and says what it found. */
import { parseArgs } from 'node:util'
import type { TargetResult } from './fuzz.ts'
import { runFuzz } from './run.ts'
import { targets } from './targets/index.ts'

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', multiple: true },
  },
})
const [cases, seed] = [Number(values.cases), Number(values.seed)]
const strange = values.target?.find(name => !targets.some(target => target.name === name))
if (!Number.isInteger(cases) || cases < 1 || !Number.isInteger(seed) || strange !== undefined) {
  const names = targets.map(({ name }) => name).join(', ')
  say(`--cases and --seed are whole numbers, --target is one of: ${names}.`)
  process.exit(2)
}

const widths = [16, 10, 10, 12, 14, 8, 8]
say(row(['target', 'cases', 'findings', 'slowest', 'of characters', 'covered', 'seconds']))
const began = performance.now()
const result = await runFuzz({
  ...{ cases, seed, only: values.target },
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
