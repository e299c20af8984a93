import assert from 'node:assert/strict'
import test from 'node:test'
import { slackHistoryPagesMax, slackProbeMs } from '../../limits.ts'
import { historyLook } from './history.ts'
import type { Reply } from './outcome.ts'

const now = Date.UTC(2026, 0, 5, 9)

interface Asked {
  readonly method: string
  readonly args: Record<string, unknown>
}

/** A history of these pages; what was asked is kept. */
function fake(pages: readonly Reply[], auth: Reply = { kind: 'ok', body: { bot_id: 'B1' } }) {
  const asked: Asked[] = []
  let page = 0
  const look = historyLook(async (method, args) => {
    asked.push({ method, args })
    if (method === 'auth.test') return auth
    return pages[page++] ?? pages.at(-1) ?? { kind: 'ok', body: { messages: [] } }
  })
  return { look, asked }
}

const message = (id: string, bot = 'B1', type = 'birdwire_delivery') => ({
  ts: `1.${id}`,
  bot_id: bot,
  metadata: { event_type: type, event_payload: { delivery_id: id } },
})
const page = (messages: unknown[], cursor = ''): Reply => ({
  kind: 'ok',
  body: { messages, response_metadata: { next_cursor: cursor } },
})
const error = (code: string): Reply => ({ kind: 'error', code, details: [] })

test('the delivery is found on whatever page it is, by its metadata', async () => {
  const { look, asked } = fake([
    page([{ ts: '9.9', metadata: 'odd' }, message('other')], 'more'),
    page([message('d1')]),
  ])
  assert.deepEqual(await look('C1', 'd1', now), { kind: 'found', ts: '1.d1' })
  const [, first, second] = asked
  assert.equal(first?.args['oldest'], ((now - 30_000) / 1000).toFixed(6))
  assert.equal(first?.args['include_all_metadata'], true)
  assert.equal(second?.args['cursor'], 'more')
})

test('another app that copies our metadata, and other metadata of ours, are not the delivery', async () => {
  const { look } = fake([page([message('d1', 'B2'), message('d1', 'B1', 'something_else')])])
  assert.deepEqual(await look('C1', 'd1', now), { kind: 'missing' })
})

test('missing is only said when every page was read', async () => {
  const { look } = fake([page([], 'more'), { kind: 'http', status: 500 }])
  assert.equal((await look('C1', 'd1', now)).kind, 'later')
  const endless = fake([page([], 'more')])
  assert.equal((await endless.look('C1', 'd1', now)).kind, 'blind')
  assert.equal(endless.asked.length, slackHistoryPagesMax + 1)
  const odd = fake([{ kind: 'ok', body: { ok: true } }])
  assert.equal((await odd.look('C1', 'd1', now)).kind, 'later')
})

test('we learn who we are once', async () => {
  const { look, asked } = fake([page([])])
  await look('C1', 'd1', now)
  await look('C1', 'd2', now)
  assert.equal(asked.filter(call => call.method === 'auth.test').length, 1)
})

test('what keeps us from looking for now is told from what keeps us from looking at all', async () => {
  for (const code of ['missing_scope', 'not_in_channel', 'channel_not_found', 'invalid_cursor']) {
    assert.equal((await fake([error(code)]).look('C1', 'd1', now)).kind, 'blind', code)
  }
  for (const reply of [
    error('internal_error'),
    error('ratelimited'),
    { kind: 'limited', retryAfterMs: 60_000 } as const,
  ]) {
    assert.equal((await fake([reply]).look('C1', 'd1', now)).kind, 'later')
  }
  const revoked = await fake([], error('token_revoked')).look('C1', 'd1', now)
  assert.ok(revoked.kind === 'later' && revoked.afterMs === slackProbeMs, 'a person may still give us a new token')
})

test('what was meant for a thread is looked for there, page by page, then in the channel', async () => {
  const { look, asked } = fake([page([message('other')], 'more'), page([message('d1')])])
  assert.deepEqual(await look('C1', 'd1', now, '17.1'), { kind: 'found', ts: '1.d1' })
  assert.deepEqual(
    asked.slice(1).map(({ method, args }) => [method, args['ts'], args['cursor'], args['include_all_metadata']]),
    [
      ['conversations.replies', '17.1', undefined, true],
      ['conversations.replies', '17.1', 'more', true],
    ],
  )
  const apart = fake([error('thread_not_found'), page([message('d1')])])
  assert.deepEqual(await apart.look('C1', 'd1', now, '17.1'), { kind: 'found', ts: '1.d1' })
  const unread = fake([page([]), error('internal_error')])
  assert.equal((await unread.look('C1', 'd1', now, '17.1')).kind, 'later', 'missing is what is in neither')
})
