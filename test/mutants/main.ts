/** `npm run mutants [-- NAME…]`: whether each one-line fault is seen by the test that must see it. */
import { Argument } from 'commander'
import { commandLine } from '../rig/command-line.ts'
import { mutants } from './list.ts'
import type { Mutant } from './mutant.ts'
import { runMutants } from './mutants.ts'

const names = mutants.map(({ name }) => name)
const only = commandLine(
  'npm run mutants --',
  'puts in one-line faults, one by one, and says whether its test sees each',
)
  .addArgument(new Argument('[names...]', 'only these').choices(names))
  .parse().args
const { cases, failures } = await runMutants({
  only: only.length === 0 ? undefined : only,
  onVerdict: ({ mutant, verdict }) => say(row(mutant, verdict)),
})
say(`${cases - failures.length} of ${cases} mutants are seen.`)
for (const failure of failures) say(`✗ ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1

function row({ name, test, named }: Mutant, verdict: string): string {
  return `${verdict.padEnd(9)} ${name.padEnd(46)} ${test}: ${named}`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
