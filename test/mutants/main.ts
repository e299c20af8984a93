/** `npm run mutants [-- NAME…]`: whether each one-line fault is seen by the test that must see it. */
import { mutants } from './list.ts'
import type { Mutant } from './mutant.ts'
import { runMutants } from './mutants.ts'

const only = process.argv.slice(2)
const strange = only.find(name => !mutants.some(mutant => mutant.name === name))
if (strange !== undefined) {
  say(`There is no mutant "${strange}". There are:\n${mutants.map(({ name }) => `  ${name}`).join('\n')}`)
  process.exit(2)
}
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
