/** No text of people's holds up the process, however it is made; what is read is what the library would read. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parse } from 'yaml'
import { readYaml } from './plain-yaml.ts'

const read = (text: string) => {
  const yaml = readYaml(text)
  return yaml.ok ? yaml.value : `${yaml.line}: ${yaml.why}`
}

test('what is well formed is read as ever, and nothing at all is an empty map', () => {
  const text = 'a: &x [1, two]\n"b": *x\nc: { d: true, 3: null }\n'
  assert.deepEqual(read(text), parse(text))
  assert.deepEqual(read('# nothing\n'), {})
})

test('a key that is there twice, or is no word, is told with its line', () => {
  assert.equal(read('a: 1\nb: 2\na: 3\n'), '3: Map keys must be unique')
  assert.equal(read('a: 1\n? [b]\n: 2\n'), '2: What stands before a colon must be a word')
  assert.equal(read('a: &x {}\n*x : 2\n'), '2: What stands before a colon must be a word')
  assert.match(String(read('a: *nobody\n')), /^undefined: Unresolved alias/)
  assert.match(String(read('a: [\n')), /^2: /)
})

test('maps as keys of maps, deep nesting, many keys and many faults take no time to speak of', () => {
  const before = process.cpuUsage()
  assert.match(String(read('{'.repeat(60) + '}'.repeat(60))), /must be a word/)
  for (const text of [
    '['.repeat(20_000) + ']'.repeat(20_000),
    '{'.repeat(5000),
    'a: '.repeat(5000),
    '}'.repeat(20_000),
  ])
    assert.equal(typeof read(text), 'string')
  const keys = Array.from({ length: 10_000 }, (_, n) => `k${n}: 1`).join('\n')
  assert.equal(Object.keys(Object(read(keys))).length, 10_000)
  const { user } = process.cpuUsage(before)
  assert.ok(user < 5_000_000, `${user / 1e6} seconds`)
})
