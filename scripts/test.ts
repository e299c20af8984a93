/**
 * Runs test files with Node's own runner, each in a process of its own. Files that mostly wait for simulated time come first and share the
 * machine with those that compute: Node's own order is that of the alphabet, and its concurrency leaves one of two cores idle.
 * Arguments: files; or options of `node --test`, which is then run with them as they are.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

/** Those that take longest, longest first. */
const longest = [
  'test/flow/whole.test.ts',
  'test/crash/crash.test.ts',
  'test/e2e/demo.test.ts',
  'test/flow/roles.test.ts',
  'test/crash/serve.test.ts',
  'test/cli.test.ts',
  'test/flow/pace.test.ts',
  'test/contract/postgres.test.ts',
  'test/old-bot.test.ts',
  'test/crash/migration.test.ts',
  'test/flow/backup.test.ts',
  'test/flow/change.test.ts',
  'test/flow/trouble.test.ts',
]
/** One file more than there are cores: while one waits, another computes. With two more it takes as long, and what waits for real time is late. */
const concurrency = availableParallelism() + 1
/** A file that waits for something that never comes ends after this long. */
const timeoutMs = 400_000
const setUp = ['--import', './test/rig/property-seed.ts']

const given = process.argv.slice(2)
if (given.some(argument => argument.startsWith('-'))) {
  const { status } = spawnSync(process.execPath, [...setUp, '--test', ...given], { stdio: 'inherit' })
  process.exitCode = status ?? 1
} else {
  const all = given.length > 0 ? given : globSync('{bench,sim,src,test,web}/**/*.test.ts').filter(isOurs).toSorted()
  const files = [...longest.filter(file => all.includes(file)), ...all.filter(file => !longest.includes(file))]
  const tests = run({ files, concurrency, timeout: timeoutMs, execArgv: setUp })
  tests.on('test:fail', ({ todo }) => {
    if (todo === undefined || todo === false) process.exitCode = 1
  })
  tests.compose(spec).pipe(process.stdout)
}

/** Copies of the tree that tests make lie in the folder of outputs. */
function isOurs(file: string): boolean {
  return !/(^|\/)(node_modules|dist|output)\//.test(file)
}
