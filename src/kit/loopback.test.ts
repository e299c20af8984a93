import assert from 'node:assert/strict'
import test from 'node:test'
import { isLoopback, nameHere } from './loopback.ts'

test('names of this machine are known in every spelling, and nothing else is taken for one', () => {
  for (const name of [
    'localhost',
    'LocalHost:3000',
    '127.0.0.1',
    '127.8.9.1:80',
    '::1',
    '[::1]',
    '[::1]:3000',
    'a.localhost',
  ])
    assert.equal(isLoopback(name), true, name)
  for (const name of [
    '',
    '0.0.0.0',
    '::',
    '10.0.0.1',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:3000',
    'notlocalhost',
    '[::]:3000',
    '1',
    '2130706433',
  ])
    assert.equal(isLoopback(name), false, name)
})

test('a server is reached where it listens; one that listens everywhere, over loopback', () => {
  const cases = [
    ['127.0.0.1', '127.0.0.1'],
    ['192.0.2.7', '192.0.2.7'],
    ['::1', '[::1]'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '[::1]'],
  ] as const
  for (const [address, name] of cases) assert.equal(nameHere(address), name)
})
