import assert from 'node:assert/strict'
import test from 'node:test'
import { createWorld } from '../world/world.ts'
import { afterCommand, describe, nothing, parseExpression, type Wants } from './wants.ts'

const world = createWorld({ now: 0 })
const typed = (...commands: readonly string[]): Wants =>
  commands.reduce((wants, command, i) => afterCommand(wants, command, name => world.user(name), i + 1), nothing)
const followed = (wants: Wants) => [...wants.follows.values()].map(user => user.handle)

test('people are followed and left, however their names are typed; who cannot be read is not', () => {
  const wants = typed(
    '/birdwire follow @Mira_Okafor https://x.com/jonas_lindqv, ada_shielded nobody_here',
    '/birdwire unfollow mira_okafor',
  )
  assert.deepEqual(followed(wants), ['jonas_lindqv'])
  assert.equal(wants.judged, true)
})

test('keywords and topics come and go', () => {
  const wants = typed(
    '/birdwire keyword add LIGO, "gravitational waves"',
    '/birdwire keyword remove ligo',
    '/birdwire topic add “dark matter” OR #axion',
  )
  assert.deepEqual([...wants.keywords.keys()], ['"gravitational waves"'])
  assert.deepEqual(
    [...wants.topics.values()],
    [[[{ tag: false, not: false, tokens: ['dark', 'matter'] }], [{ tag: true, not: false, tokens: ['axion'] }]]],
  )
})

test('the word add may be left out', () => {
  const [short, long] = [typed('/birdwire keyword ligo, gw'), typed('/birdwire keyword add ligo, gw')]
  assert.deepEqual(short.keywords, long.keywords)
})

test('a topic that X does not take is none', () => {
  const { topics, judged } = typed('/birdwire topic a', '/birdwire topic the OR axion, axion, the muon')
  assert.deepEqual([[...topics.keys()], judged], [['axion', 'the muon'], true])
})

test('questions change nothing', () => {
  assert.equal(typed('/birdwire', '/birdwire list', '/birdwire help', '/birdwire status'), nothing)
  assert.equal(
    typed('/birdwire preview mute mira_okafor', '/birdwire log', '/birdwire pace live', '/birdwire options links each'),
    nothing,
  )
  assert.equal(
    typed('/birdwire cost', '/birdwire gaps', '/birdwire options', '/birdwire options reading complete'),
    nothing,
  )
})

test('what the desk does not understand is not judged', () => {
  for (const command of [
    '/birdwire options replies on',
    '/birdwire keyword add -giveaway',
    '/birdwire topic add lang:en',
    '/birdwire topic add (a b)',
    '/birdwire topic add 暗黒物質',
    '/add_keyword ibm',
    '/birdwire pace quiet 22:00-7:00',
  ])
    assert.equal(typed(command).judged, false, command)
})

test('only words, phrases, tags, OR and minus are read', () => {
  assert.equal(parseExpression('from:mira'), undefined)
  assert.equal(parseExpression('a OR'), undefined)
  assert.equal(parseExpression(''), undefined)
  assert.equal(parseExpression('a -b')?.[0]?.[1]?.not, true)
})

test('what a channel wants is told in one line', () => {
  assert.equal(
    describe(typed('/birdwire follow mira_okafor jonas_lindqv', '/birdwire keyword add ibm')),
    'Follows Mira Okafor, Jonas Lindqvist, but only posts with ibm',
  )
  assert.equal(
    describe(typed('/birdwire topic axion', '/birdwire mute halden_lab')),
    'Anyone’s posts about axion · Nothing of Halden Underground Lab',
  )
  assert.match(describe(typed('/birdwire pause')), /^Paused/)
  assert.match(describe(typed('/birdwire follow mira_okafor', '/birdwire import nordic_list')), /^Type \/birdwire list/)
})
