/** Goal: the mutants are still what they say. All of them are run by `npm run mutants`; here they are put to their files, and two quick ones are run. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { mutants } from './list.ts'
import { misfit, root, runMutants } from './mutants.ts'

test('each mutant fits into its file in one place, changes it, and names a test that is there', () => {
  assert.ok(mutants.length >= 24)
  assert.equal(new Set(mutants.map(({ name }) => name)).size, mutants.length)
  for (const mutant of mutants) {
    assert.equal(misfit(mutant), undefined)
    assert.notEqual(mutant.find, mutant.replace)
    assert.ok(existsSync(join(root, mutant.test)), `${mutant.name}: there is no ${mutant.test}`)
  }
})

test('a mutant that no longer fits is told, with what to do', () => {
  const [some] = mutants
  assert.ok(some !== undefined)
  assert.match(misfit({ ...some, find: 'never written' }) ?? '', /stands 0 times in .+ Correct it in test\/mutants\./)
  assert.match(misfit({ ...some, file: 'src/gone.ts' }) ?? '', /there is no src\/gone\.ts/)
})

test('two of them are seen by their tests, and nothing but the copy was changed', async () => {
  const only = ['signature not compared', 'repeated request done twice']
  const files = mutants.filter(({ name }) => only.includes(name)).map(({ file }) => join(root, file))
  const before = files.map(file => readFileSync(file, 'utf8'))
  const { cases, failures } = await runMutants({ only })
  assert.deepEqual(failures, [])
  assert.equal(cases, 2)
  assert.deepEqual(
    files.map(file => readFileSync(file, 'utf8')),
    before,
  )
})
