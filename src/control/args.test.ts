import assert from 'node:assert/strict'
import test from 'node:test'
import { expressions, firstWord, handleOf, names, slackThing, tidy } from './args.ts'

test('names are found between blanks, commas, semicolons and quotes, each once', () => {
  assert.deepEqual(names(' @IBM,ligo_lab;  “mira_okafor”\nibm '), ['@IBM', 'ligo_lab', 'mira_okafor'])
  assert.deepEqual(names('(ibm)'), ['ibm'])
  assert.deepEqual(names('<@U1|ann lee> ibm'), ['<@U1|ann lee>', 'ibm'])
  assert.deepEqual(names('  ,, ; '), [])
  assert.deepEqual(names('<<<'), ['<'])
})

test('a handle is found in every way to write it', () => {
  for (const typed of [
    'IBM',
    '@IBM',
    'x.com/IBM',
    'https://x.com/IBM',
    'https://twitter.com/IBM/status/1?s=20',
    'https://x.com/@IBM',
  ])
    assert.equal(handleOf(typed), 'IBM')
})

test('expressions are cut at commas and line breaks, but not inside quotes', () => {
  assert.deepEqual(expressions('ibm, "dark, matter"\nqubit OR "qubits",,'), [
    'ibm',
    '"dark, matter"',
    'qubit OR "qubits"',
  ])
  assert.deepEqual(expressions('"never closed, ibm\nqubit'), ['"never closed, ibm', 'qubit'])
})

test('curly quotes and invisible characters become what was meant', () => {
  assert.equal(tidy('\u200b“dark\u00a0matter”\u2060 '), '"dark\u00a0matter"')
  assert.equal(tidy('👩‍🔬'), '👩‍🔬', 'a joiner inside an emoji stays')
  assert.deepEqual(firstWord('  '.trim()), { word: '', rest: '' })
  assert.deepEqual(firstWord('FOLLOW\nibm'), { word: 'follow', rest: 'ibm' })
})

test('things of Slack are told apart', () => {
  assert.equal(slackThing('<@U1|ann>'), 'a Slack user')
  assert.equal(slackThing('<#C1|>'), 'a Slack channel')
  assert.equal(slackThing('<!here>'), 'a Slack group')
  assert.equal(slackThing('ibm'), undefined)
})
