import assert from 'node:assert/strict'
import test from 'node:test'
import type { DeskMessage, DeskState } from '../../sim/desk/types.ts'
import { firstState, homePlace, next, type PageState, rowsOf } from './page-state.ts'

const channel = (id: string) => ({ id, name: id, purpose: '', wants: '' })
const message = (where: string, ts: string, at: number): DeskMessage => ({
  channel: where,
  ts,
  at,
  by: { id: 'U1', name: 'Birdwire', app: true },
  text: ts,
  literal: false,
  blocks: [],
  edited: false,
  thread: '',
})
const desk: DeskState = {
  workspace: 'Lab',
  you: { id: 'U1', name: 'You' },
  channels: [channel('A'), channel('B')],
  names: {},
  messages: [message('A', '2.0', 2)],
  modal: null,
  home: null,
  way: {
    at: 0,
    stream: { state: 'connected', since: 0, words: '', birdwire: '' },
    counts: { written: 0, wire: 0, stored: 0, pending: 0, delivered: 0 },
    proof: { belong: 0, there: 0, underway: 0, missing: 0, twice: 0, astray: 0, unjudged: [] },
    events: [],
  },
  serviceUrl: '',
}
const open: PageState = next(firstState, { kind: 'state', desk })
const rows = ({ messages, whispers, chosen }: PageState) => rowsOf(messages, whispers, chosen)
const shown = (state: PageState) => rows(state).map(row => (row.kind === 'message' ? row.message.ts : row.whisper.text))

test('the first channel is shown at the start, and a chosen one stays when the page asks again', () => {
  assert.equal(open.chosen, 'A')
  assert.equal(next(next(open, { kind: 'choose', channel: 'B' }), { kind: 'state', desk }).chosen, 'B')
})

test('a message that comes by both ways is there once, in its place', () => {
  let state = next(open, { kind: 'message', message: message('A', '3.0', 3) })
  state = next(state, { kind: 'message', message: message('A', '1.0', 1) })
  state = next(state, { kind: 'state', desk: { ...desk, messages: [message('A', '3.0', 3)] } })
  assert.deepEqual(shown(state), ['1.0', '2.0', '3.0'])
})

test('a message elsewhere is unread until its channel is chosen', () => {
  const state = next(open, { kind: 'message', message: message('B', '9.0', 9) })
  assert.deepEqual(state.unread, { B: 1 })
  assert.equal(next(state, { kind: 'message', message: message('B', '9.0', 9) }).unread['B'], 1)
  assert.equal(next(state, { kind: 'choose', channel: 'B' }).unread['B'], 0)
})

test('an update replaces, a deletion removes', () => {
  const updated = next(open, { kind: 'updated', message: { ...message('A', '2.0', 2), edited: true } })
  assert.equal(updated.messages[0]?.edited, true)
  assert.deepEqual(shown(next(updated, { kind: 'deleted', channel: 'A', ts: '2.0' })), [])
})

test('what was typed and what was answered stand among the messages by time', () => {
  let state = next(open, { kind: 'typed', channel: 'A', at: 3, text: '/birdwire list' })
  state = next(state, { kind: 'ephemeral', ephemeral: { channel: 'A', ts: '4.0', at: 4, text: 'Nobody', blocks: [] } })
  state = next(state, { kind: 'message', message: message('A', '5.0', 5) })
  assert.deepEqual(shown(state), ['2.0', '/birdwire list', 'Nobody', '5.0'])
})

test('an answer is replaced in its place, and goes when the app takes it away', () => {
  const answer = (text: string) =>
    ({ kind: 'ephemeral', ephemeral: { channel: 'A', ts: '4.0', at: 4, text, blocks: [] } }) as const
  let state = next(next(open, answer('Save?')), { kind: 'message', message: message('A', '5.0', 5) })
  state = next(state, answer('Saved'))
  assert.deepEqual(shown(state), ['2.0', 'Saved', '5.0'])
  assert.deepEqual(shown(next(state, { kind: 'ephemeral-gone', channel: 'A', ts: '4.0' })), ['2.0', '5.0'])
})

test('a reply stands under the first message of its thread, and for itself where that is not in the page', () => {
  const reply = (ts: string, thread: string) => ({ ...message('A', ts, Number(ts)), thread })
  let state = next(open, { kind: 'message', message: reply('3.0', '2.0') })
  state = next(state, { kind: 'message', message: reply('4.0', '1.0') })
  assert.deepEqual(shown(state), ['2.0', '4.0'])
  const [first] = rows(state)
  assert.deepEqual(first?.kind === 'message' && first.replies.map(({ ts }) => ts), ['3.0'])
})

test('the Home is a place like a channel', () => {
  const state = next(next(open, { kind: 'choose', channel: homePlace }), { kind: 'state', desk })
  assert.equal(state.chosen, homePlace)
  assert.deepEqual(rows(state), [])
})
