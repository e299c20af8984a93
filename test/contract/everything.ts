/** A store with something of everything in it: for what has to carry all of it. */
import assert from 'node:assert/strict'
import { livePace } from '../../src/domain/route.ts'
import type { Claim, Intake, Store } from '../../src/store/store.ts'
import {
  aGap,
  again,
  anAccount,
  anIntake,
  aPost,
  arrived,
  deleted,
  fetched,
  lease,
  morning,
  sent,
  told,
} from './samples.ts'
import { continuing, drain, grouped, lost, quote, repost, shared } from './sharing.ts'

/** Texts that engines are known to differ over: case, accents, other scripts, signs, and the character of number 0. */
export const hardTexts = [
  'é',
  'É',
  'e\u0301',
  'Zürich',
  'zurich',
  'ａ',
  '🐦',
  '漢字',
  'it\'s "so" \\n',
  '%_',
  '',
  ' ',
  'a\0b',
  '\ud83d',
]

/**
 * Ends with the store open: a message under way in C1, one whose outcome is unknown in C4, a dead one, a digest with its thread half told,
 * posts held for a gap, a channel that waits for somebody.
 */
export async function fillWithEverything(store: Store, many = 0): Promise<void> {
  await fillSettings(store)
  await fillThreads(store)
  await fillLedger(store)
  await store.commit(
    Array.from({ length: many }, (_, n) => arrived(aPost(`${500_000 + n}`), 'C8', 'C9')),
    morning,
  )
  const drops = hardTexts.map(raw =>
    anIntake({ kind: 'drop', reason: 'not-json', detail: `"${raw}"`, raw, at: morning, cursor: `c${raw}` }),
  )
  await store.commit(drops, morning)
  for (const [n, name] of hardTexts.entries()) await store.nameChannel(`N${n}`, name)
  await fillOutbox(store)
}

async function fillSettings(store: Store): Promise<void> {
  for (const channel of ['C1', 'C2', 'C3', 'C4', 'C5']) {
    await store.change({ source: 'x', channel }, 'U1', morning, route => ({
      route: {
        ...route,
        follows: [anAccount('1'), anAccount('2')],
        muted: [anAccount('3')],
        keywords: ['zebra', 'Äpfel', 'apple'],
        topics: ['"dark matter"'],
        blocks: ['ad'],
        pace: channel === 'C2' ? { ...livePace, mode: 'digest', times: ['09:00'] } : route.pace,
        deletions: channel === 'C3' ? 'strike' : 'remove',
      },
      what: 'followed some',
      notice: 'Nell follows some.',
    }))
  }
  const [last] = await store.audit('C5', 1)
  assert.ok(last)
  await store.change({ source: 'x', channel: 'C5' }, 'U2', morning, route => ({
    route: { ...route, keywords: [] },
    what: 'took it back',
    undoes: last.id,
  }))
  await store.rememberPeople([anAccount('4'), { ...anAccount('5'), name: 'Ünï "quoted"' }], morning)
  await store.beat({ id: 'p1', roles: 'all', startedAt: morning, reading: '', findings: '[]' }, morning)
  await store.announce([{ channel: 'C3', text: 'Quiet here.', key: 'silence:C3' }], morning)
  await drain(store)
}

async function fillThreads(store: Store): Promise<void> {
  await store.commit([shared(aPost('101'), ['a.org/x']), shared(continuing('102', '101'))], morning)
  await store.commit([shared(repost('201', '101', 'b')), shared(quote('202', '101', 'c'))], morning)
  await drain(store)
  await store.commit([shared(aPost('103'), ['a.org/x']), shared(repost('203', '101', 'd')), deleted('202')], morning)
  await drain(store)
  await store.commit([arrived(aPost('104'), 'C3'), arrived(aPost('105', '106'), 'C1')], morning)
  await drain(store)
  await store.commit([deleted('104')], morning)
  await drain(store)
  await store.takeDown('x', '103', morning)
  await drain(store)
}

async function fillLedger(store: Store): Promise<void> {
  const reads = { posts: ['301', '302'], inner: ['300'], users: ['1'] }
  const paid = { source: 'x', at: morning, via: 'catch-up', relation: 'original', by: 'follow', account: '1' } as const
  await store.commit([told(aGap('g1')), told(aGap('g2')), told(aGap('g3'))], morning)
  const purchase = { ...paid, channels: ['C1', 'C2'], delivered: 2, reads }
  const all = Array.from({ length: 300 }, (_, n) => `C${n}`)
  await store.purchase([{ ...purchase, channels: all, reads: { posts: ['390'], inner: [], users: [] } }])
  const missed = ['301', '302', '303', '304', '305', '306'].map(id => ({ ...fetched('g1', aPost(id), 'C1'), purchase }))
  await store.commit([...missed, told(aGap('g1', { state: 'closed' }))], morning)
  await store.commit([told(aGap('g2', { state: 'lost', lost: 'Too long ago.', channels: ['C1'] }))], morning)
  await drain(store)
  await store.commit([fetched('g3', aPost('307'), 'C1')], morning)
  await store.noteUsage('x', [{ day: '2026-01-05', posts: 1234, at: morning }])
}

async function fillOutbox(store: Store): Promise<void> {
  await fillDigest(store)
  // Each its own channel, so that each waits for itself.
  await store.commit([arrived(aPost('401'), 'C4', 'C5', 'C6', 'C7')], morning)
  for (const claim of await store.claim(morning, lease, 10)) {
    const settlement = endings[claim.delivery.channel]
    if (settlement !== undefined) await store.settle(claim, settlement, morning)
  }
  await store.commit([grouped(arrived(repost('402', '401', 'e'), 'C4'), { joins: '401' })], morning)
  await store.commit([arrived(aPost('403'), 'C1'), shared(repost('404', '403', 'f'))], morning)
  // The worker of these never comes back.
  await store.claim(morning, lease, 10)
}

const endings: Readonly<Record<string, Parameters<Store['settle']>[1]>> = {
  C4: lost(morning, morning + 5000),
  C5: { delivery: { state: 'dead', reason: 'refused', why: 'too long' }, lane: { freeAt: morning } },
  C6: again(morning, morning + 9000),
  C7: {
    delivery: { state: 'pending', dueAt: morning, why: 'not in channel', imagesDropped: true, counted: false },
    lane: { freeAt: morning, held: 'Invite me.' },
  },
}

/** Seventy posts, of which the first sixty are there and the others are owed to their thread. */
async function fillDigest(store: Store): Promise<void> {
  const digest = (id: string): Intake => ({
    ...arrived(aPost(id), 'C2'),
    deliver: [{ channel: 'C2', because: '', hold: { why: 'digest', until: morning } }],
  })
  await store.commit(
    Array.from({ length: 70 }, (_, n) => digest(`${1001 + n}`)),
    morning,
  )
  for (const claim of await store.claim(morning, lease, 10))
    await store.settle(claim, sent(morning, tsOf(claim)), morning)
}

const tsOf = ({ delivery, act }: Claim): string => (act.kind === 'post' ? `18.${delivery.channel}` : (act.ts ?? ''))
