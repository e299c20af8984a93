import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Account } from '../domain/account.ts'
import type { Arrival } from '../domain/arrival.ts'
import { emptyRoute, type Route } from '../domain/route.ts'
import type { Alarm } from '../domain/silence-alarm.ts'
import { ManualClock } from '../kit/clock.ts'
import { silenceRoundMs } from '../limits.ts'
import type { Newest, SourceState } from '../source/source.ts'
import type { Announcement, AuditRow, Flow, GapRow, SaidLine } from '../store/store.ts'
import { createSilenceWatch, type SilenceEvent, type SilenceWatch } from './silence.ts'

const hour = 3_600_000
const day = 24 * hour
const person = (n: number): Account => ({ source: 'x', id: `${n}`, handle: `p${n}`, name: `P ${n}` })
const channel = (id: string, follows: readonly Account[], change: Partial<Route> = {}): Route => ({
  ...emptyRoute('x', id),
  follows,
  ...change,
})

function arrivalOf(account: Account, createdAt: number, at: number, via: 'stream' | 'catch-up', id: string): Arrival {
  const author = { ...account, url: '' }
  const body = { version: id, author, createdAt, text: [], media: [], sensitive: false, url: '' }
  return { kind: 'post', cursor: '', post: { ...body, source: 'x', id, relation: 'original', edited: false }, via, at }
}

/** What the watch goes by, to be changed while it runs; the store remembers lines like the real one. */
class World {
  readonly clock = new ManualClock()
  routes: readonly Route[] = []
  current: readonly Route[] | undefined
  held: string | undefined
  audit: readonly AuditRow[] = []
  gaps: readonly GapRow[] = []
  state: SourceState = {
    name: 'x',
    state: 'streaming',
    since: this.clock.now() - day,
    detail: '',
    connects: 1,
    problems: [],
  }
  /** Newest post by account; each has written 10 a day for eight weeks. */
  readonly newest = new Map<string, number>()
  readonly intoChannel = new Map<string, number>()
  answers = new Map<string, Newest>()
  readonly asked: string[] = []
  /** Whether what is fetched goes to a channel. */
  isWanted = true
  readonly said = new Map<string, SaidLine & { readonly text: string }>()
  readonly lines: string[] = []
  readonly events: SilenceEvent['kind'][] = []

  flows(newest: ReadonlyMap<string, number>, since: number, perDay = 10): readonly Flow[] {
    return [...newest].flatMap(([id, newestAt]) => {
      const posts = Math.floor(((newestAt - since) / day) * perDay) + 1
      return newestAt < since ? [] : [{ id, posts, firstAt: newestAt - ((posts - 1) * day) / perDay, newestAt }]
    })
  }

  watch(signal: AbortSignal): SilenceWatch {
    const describe = (alarm: Alarm): string => {
      if (alarm.kind === 'account') return `account ${alarm.account.handle} ${alarm.checked.kind}`
      if (alarm.kind === 'missed') return `missed ${alarm.posts} of ${alarm.account.handle}`
      if (alarm.kind === 'stream')
        return `stream ${alarm.missed.map(({ handle }) => handle).join(',')} ${alarm.checked.kind}`
      return alarm.kind === 'channel' ? `channel ${alarm.asked}` : `late ${alarm.lagMs / hour} h`
    }
    const watch = createSilenceWatch({
      clock: this.clock,
      source: {
        name: 'x',
        state: () => this.state,
        newest: async account => {
          this.asked.push(account.handle)
          const answer = this.answers.get(account.id) ?? { kind: 'nothing' }
          if (answer.kind === 'missed') this.fetched(watch, account, answer.posts)
          return answer
        },
      },
      wanted: { current: () => this.current ?? this.routes.filter(({ paused }) => !paused), held: () => this.held },
      store: {
        routes: async () => this.routes,
        audit: async () => this.audit,
        gaps: async () => this.gaps,
        accountFlows: async (_source, since) => this.flows(this.newest, since),
        channelFlows: async (_source, since) => this.flows(this.intoChannel, since),
        announce: async (lines, now) => this.announce(lines, now),
        retract: async key => {
          for (const [where, line] of this.said) if (line.key === key) this.said.delete(where)
        },
        said: async prefix => [...this.said.values()].filter(({ key }) => key.startsWith(prefix)),
      },
      words: {
        raised: describe,
        over: ({ kind, id }, account) => `over ${kind} ${account?.handle ?? id}`.trim(),
        lasting: ({ kind, id }) => `lasting ${kind} ${id}`,
        plain: text => text,
      },
      onEvent: event => this.events.push(event.kind),
    })
    void watch.run(signal)
    return watch
  }

  /** What the source does after it has found something. */
  fetched(watch: SilenceWatch, account: Account, posts: number): void {
    for (let n = 0; n < posts; n++) {
      const arrival = arrivalOf(account, this.clock.now(), this.clock.now(), 'catch-up', `${account.id}.${n}`)
      const deliver = this.isWanted ? [{ channel: 'C1', because: 'followed' }] : []
      watch.committed({ intakes: [{ source: 'x', arrival, deliver, rejected: [] }], results: ['stored'] })
    }
  }

  announce(lines: readonly Announcement[], now: number): readonly Announcement[] {
    const fresh = lines.filter(({ key, channel: to }) => !this.said.has(`${key} ${to}`))
    for (const { key, channel: to, text } of fresh) {
      this.said.set(`${key} ${to}`, { key, channel: to, at: now, text })
      this.lines.push(`${to}: ${text}`)
    }
    return fresh
  }

  /** Everybody but the silent goes on writing, every half hour. */
  async pass(ms: number, silent: readonly Account[] = []): Promise<void> {
    const end = this.clock.now() + ms
    while (this.clock.now() < end) {
      for (const id of this.newest.keys())
        if (!silent.some(account => account.id === id)) this.newest.set(id, this.clock.now())
      await this.clock.advance(Math.min(3 * silenceRoundMs, end - this.clock.now()))
    }
    await turn()
  }

  follow(...routes: readonly Route[]): void {
    this.routes = routes
    for (const { follows } of routes) for (const { id } of follows) this.newest.set(id, this.clock.now())
  }
}

function started(t: { after(fn: () => void): void }, world = new World()) {
  const stop = new AbortController()
  t.after(() => stop.abort())
  return { world, watch: world.watch(stop.signal) }
}

const nowhere = { from: 0, to: 1, why: '', how: '', lost: '', channels: [] }
const openGap: GapRow = { source: 'x', id: 'g', ...nowhere, state: 'open', posts: 0, micros: 0 }

const [ann, bob, cy] = [person(1), person(2), person(3)]

describe('an account', () => {
  test('that writes nothing is asked for once a day at no cost, and told of after four days; once', async t => {
    const { world, watch } = started(t)
    world.follow(channel('C1', [ann, bob]), channel('C2', [ann]), channel('C3', [bob]))
    await world.pass(3 * day, [ann])
    assert.deepEqual([world.lines, watch.findings()], [[], []])
    assert.deepEqual(world.asked, ['p1', 'p1', 'p1'])
    await world.pass(3 * day, [ann])
    assert.deepEqual(world.lines, ['C1: account p1 nothing', 'C2: account p1 nothing'])
    assert.deepEqual(watch.findings(), [{ name: 'silence', ok: true, detail: 'account p1 nothing' }])
    await world.pass(hour)
    assert.deepEqual(world.lines.slice(2), ['C1: over account p1', 'C2: over account p1'])
    assert.deepEqual(watch.findings(), [])
    assert.deepEqual(world.events, ['silence-raised', 'silence-over'])
  })

  test('whose posts did not come is told at once and makes the service not ready, until a newer one has come', async t => {
    const { world, watch } = started(t)
    world.follow(channel('C1', [ann, bob]))
    world.answers.set('1', { kind: 'missed', posts: 4, at: 0 })
    await world.pass(day, [ann])
    assert.deepEqual(world.lines, ['C1: missed 4 of p1'])
    // What was missed arrives: it was written before the line.
    world.newest.set('1', world.clock.now() - 12 * hour)
    await world.pass(hour, [ann])
    assert.deepEqual(watch.findings(), [{ name: 'silence', ok: false, detail: 'missed 4 of p1' }])
    await world.pass(hour)
    assert.deepEqual(world.lines.slice(1), ['C1: over missed p1'])
  })

  test('that wrote only what no channel wants is no alarm, and is not paid for again soon', async t => {
    const { world } = started(t)
    world.isWanted = false
    world.follow(channel('C1', [ann, bob]))
    world.answers.set('1', { kind: 'missed', posts: 4, at: 0 })
    await world.pass(3 * day, [ann])
    assert.deepEqual([world.lines, world.asked], [[], ['p1']])
    await world.pass(2 * day, [ann])
    assert.deepEqual(world.lines, ['C1: account p1 unwanted'])
  })

  test('whose missed posts are still being fetched is judged when that is done', async t => {
    const { world } = started(t)
    world.follow(channel('C1', [ann, bob]))
    world.answers.set('1', { kind: 'missed', posts: 4, at: 0 })
    for (let n = 0; n < 200 && world.asked.length === 0; n++) await world.pass(silenceRoundMs, [ann])
    world.gaps = [openGap]
    await world.pass(hour, [ann])
    assert.deepEqual([world.asked, world.lines], [['p1'], []])
    world.gaps = []
    await world.pass(hour, [ann])
    assert.deepEqual(world.lines, ['C1: missed 4 of p1'])
  })

  test('that is suspended is told as soon as X says so', async t => {
    const { world } = started(t)
    world.follow(channel('C1', [ann, bob]))
    world.answers.set('1', { kind: 'unavailable', why: 'suspended' })
    await world.pass(day, [ann])
    assert.deepEqual(world.lines, ['C1: account p1 unavailable'])
  })

  test('that every channel sifts by keywords is neither asked for nor told of', async t => {
    const { world } = started(t)
    world.follow(channel('C1', [ann], { keywords: ['ibm'] }), channel('C2', [bob]))
    await world.pass(6 * day, [ann])
    assert.deepEqual([world.lines, world.asked], [[], []])
  })

  test('nobody follows any more is forgotten without a word', async t => {
    const { world, watch } = started(t)
    world.follow(channel('C1', [ann, bob]))
    await world.pass(5 * day, [ann])
    world.routes = [channel('C1', [bob])]
    await world.pass(hour, [ann])
    assert.deepEqual([world.lines, watch.findings(), [...world.said]], [['C1: account p1 nothing'], [], []])
  })

  test('compares only since less was wanted of it', async t => {
    const { world } = started(t)
    const before = channel('C1', [ann, bob])
    const after = { ...before, kinds: { ...before.kinds, original: false } }
    world.follow(after)
    world.audit = [{ id: '1', at: world.clock.now() - day, channel: 'C1', who: 'U1', what: 'kinds', before, after }]
    await world.pass(6 * day, [ann])
    // What came before says nothing of now, and a day is too little to go by.
    assert.deepEqual([world.lines, world.asked], [[], []])
    world.audit = world.audit.map(row => ({ ...row, at: row.at - 20 * day }))
    await world.pass(hour, [ann])
    assert.deepEqual([world.lines, world.asked], [['C1: account p1 nothing'], ['p1']])
  })

  test('is not judged while its channel gets less for the sake of the budget, nor by that time', async t => {
    const { world } = started(t)
    const whole = channel('C1', [ann, bob])
    world.follow(whole, channel('C2', [cy]))
    world.current = [{ ...whole, follows: [bob] }, channel('C2', [cy])]
    await world.pass(6 * day, [ann])
    world.current = undefined
    await world.pass(10 * hour, [ann])
    assert.deepEqual([world.lines, world.asked], [[], []])
    await world.pass(10 * hour, [ann])
    assert.deepEqual(world.asked, ['p1'])
  })
})

describe('many at once', () => {
  const everybody = Array.from({ length: 60 }, (_, n) => person(n + 1))

  test('an empty stream is asked about at the busiest accounts within two hours; posts missed make one line', async t => {
    const { world, watch } = started(t)
    world.follow(channel('C1', everybody), channel('C2', [ann]))
    for (const { id } of everybody) world.answers.set(id, { kind: 'missed', posts: 2, at: 0 })
    await world.pass(2 * hour, everybody)
    assert.deepEqual(world.lines, ['C1: stream p1,p2,p3 unasked', 'C2: stream p1,p2,p3 unasked'])
    assert.equal(watch.findings()[0]?.ok, false)
    await world.pass(10 * hour, everybody)
    assert.equal(world.lines.length, 2)
    await world.pass(hour)
    assert.deepEqual(world.lines.slice(2), ['C1: over stream', 'C2: over stream'])
  })

  test('an empty stream of which X has nothing newer is told after four days, in one line', async t => {
    const { world } = started(t)
    world.follow(channel('C1', everybody))
    await world.pass(3 * day, everybody)
    assert.deepEqual(world.lines, [])
    await world.pass(2 * day, everybody)
    assert.deepEqual(world.lines, ['C1: stream  nothing'])
    assert.ok(world.asked.length <= 3 * 24 * 5, `${world.asked.length} questions`)
  })

  test('an empty stream about which X cannot be asked is told after a day', async t => {
    const { world } = started(t)
    world.follow(channel('C1', everybody))
    for (const { id } of everybody) world.answers.set(id, { kind: 'failed', why: 'no answer' })
    await world.pass(2 * day, everybody)
    assert.deepEqual(world.lines, ['C1: stream  failed'])
  })

  test('the posts of a third of the accounts that do not come are one line', async t => {
    const { world } = started(t)
    const lost = everybody.slice(0, 20)
    world.follow(channel('C1', everybody))
    for (const { id } of lost) world.answers.set(id, { kind: 'missed', posts: 1, at: 0 })
    await world.pass(2 * day, lost)
    assert.deepEqual(world.lines, ['C1: stream p1,p2,p3,p4,p5 unasked'])
  })

  test('a holiday of twenty is three lines a day, not twenty', async t => {
    const { world } = started(t)
    const away = everybody.slice(0, 20)
    world.follow(channel('C1', everybody))
    await world.pass(4.5 * day, away)
    assert.equal(world.lines.length, 3)
    await world.pass(day, away)
    assert.equal(world.lines.length, 6)
  })
})

describe('a channel', () => {
  test('into which nothing comes is told of, unless a silent account explains it', async t => {
    const { world } = started(t)
    world.follow(channel('C1', [ann, bob]), channel('C2', [cy]))
    for (const id of ['C1', 'C2']) world.intoChannel.set(id, world.clock.now())
    await world.pass(5 * day, [cy])
    assert.deepEqual(world.lines.toSorted(), ['C1: channel 0', 'C2: account p3 nothing'])
    world.intoChannel.set('C1', world.clock.now())
    await world.pass(hour, [cy])
    assert.deepEqual(world.lines.slice(2), ['C1: over channel C1'])
  })
})

describe('when nothing can be judged', () => {
  const troubles: readonly (readonly [string, (world: World) => void])[] = [
    ['the source is not connected', w => (w.state = { ...w.state, state: 'waiting' })],
    ['the budget is used up', w => (w.held = 'The budget is used up.')],
    [
      'a gap is open',
      w => {
        w.gaps = [openGap]
      },
    ],
  ]
  for (const [what, trouble] of troubles)
    test(`nothing is asked and said while ${what}`, async t => {
      const { world } = started(t)
      world.follow(channel('C1', [ann, bob]))
      trouble(world)
      await world.pass(6 * day, [ann])
      assert.deepEqual([world.lines, world.asked], [[], []])
    })
})

test('after a restart what was said is known: not said again, and ended where it was said', async t => {
  const world = new World()
  const first = new AbortController()
  world.watch(first.signal)
  world.follow(channel('C1', [ann, bob]))
  world.answers.set('1', { kind: 'unavailable', why: 'suspended' })
  await world.pass(day, [ann])
  first.abort()
  const { watch } = started(t, world)
  await world.pass(day, [ann])
  assert.deepEqual(watch.findings(), [{ name: 'silence', ok: true, detail: 'lasting account 1' }])
  await world.pass(hour)
  assert.deepEqual(world.lines, ['C1: account p1 unavailable', 'C1: over account p1'])
})

test('posts that are hours old when the stream brings them are told of, and when they are punctual again', async t => {
  const { world, watch } = started(t)
  world.follow(channel('C1', [ann]))
  const arrive = (lagMs: number, via: 'stream' | 'catch-up') => {
    const arrival = arrivalOf(ann, world.clock.now() - lagMs, world.clock.now(), via, '1')
    const intake = { source: 'x', arrival, deliver: [], rejected: [] } as const
    watch.committed({ intakes: Array.from({ length: 10 }, () => intake), results: [] })
  }
  arrive(20 * hour, 'catch-up')
  await world.pass(hour)
  assert.deepEqual(world.lines, [])
  arrive(3 * hour, 'stream')
  await world.pass(hour)
  assert.deepEqual(watch.findings(), [{ name: 'silence', ok: false, detail: 'late 3 h' }])
  arrive(5000, 'stream')
  await world.pass(hour)
  assert.deepEqual(world.lines, ['C1: late 3 h', 'C1: over late'])
})
