/**
 * Two stores live the same random weeks of a channel: posts, reposts, quotes, threads, shared links, gaps, edits, deletions, messages that fail or
 * whose outcome is unknown. One of them forgets after each step what is older than its term. Nobody can tell which: both have the same done.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayMs } from '../../src/domain/day.ts'
import { isNothing, nothingForgotten, together } from '../../src/domain/forgotten.ts'
import { groupingOf } from '../../src/domain/grouping.ts'
import type { Post, Relation } from '../../src/domain/post.ts'
import type { Intake, Store } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { aGap, again, aPost, arrived, deleted, fetched, lease, morning, sent, told } from './samples.ts'
import { placed } from './sharing.ts'

const term = 8 * dayMs

const aStep = fc.record({
  /** Days that pass before it. */
  days: fc.constantFrom(0, 0, 1, 2, 5),
  what: fc.oneof(
    fc.record({
      do: fc.constant('write' as const),
      relation: fc.constantFrom<Relation>('original', 'repost', 'repost', 'quote', 'thread'),
      back: fc.nat(4),
      link: fc.boolean(),
    }),
    fc.record({ do: fc.constantFrom('edit' as const, 'delete' as const), back: fc.nat(4) }),
    fc.record({ do: fc.constant('gap' as const), posts: fc.integer({ min: 2, max: 7 }) }),
  ),
  hows: fc.array(fc.constantFrom('sent', 'sent', 'sent', 'again', 'lost', 'refused', 'left'), { maxLength: 4 }),
})
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never

/** In the end most of it is past its term. */
const later: Step = { days: 5, what: { do: 'write', relation: 'original', back: 0, link: false }, hows: [] }

/** What is written and what becomes of it, the same for any store. */
class Weeks {
  readonly #store: Store
  readonly #posts: Post[] = []
  readonly done: string[] = []
  now = morning

  constructor(store: Store) {
    this.#store = store
  }

  async take({ days, what, hows }: Step): Promise<void> {
    this.now += days * dayMs + 1000
    await this.#store.commit(this.#intakes(what), this.now)
    for (const how of [...hows, 'sent', 'sent', 'sent', 'sent']) if (!(await this.#deliver(how))) return
  }

  #intakes(what: Step['what']): readonly Intake[] {
    if (what.do === 'write') return [this.#written(what)]
    if (what.do === 'gap') {
      const gap = `g${this.now}`
      const posts = Array.from({ length: what.posts }, () => fetched(gap, this.#post({}), 'C1'))
      return [...posts, told(aGap(gap, { state: 'closed' }))]
    }
    // A network lets a post be edited for an hour; what is past its term is not followed any more.
    const post = this.#posts.at(-1 - what.back)
    if (post === undefined || post.createdAt < this.now - term + dayMs) return []
    if (what.do === 'delete') return [deleted(post.id)]
    return [arrived({ ...post, version: `${post.version}1`, createdAt: post.createdAt + 1 }, 'C1')]
  }

  #post(change: Partial<Post>): Post {
    const id = `${1000 + this.#posts.length}`
    const author = { id: `a${id}`, handle: `a${id}`, name: `a${id}`, url: 'https://x.com/a' }
    const post = { ...aPost(id), author, createdAt: this.now, ...change }
    this.#posts.push(post)
    return post
  }

  #written({ relation, back, link }: Step['what'] & { do: 'write' }): Intake {
    const about = this.#posts.filter(post => post.relation !== 'repost').at(-1 - back)
    const url = 'https://halden-lab.example/1'
    const text: Partial<Post> = link && relation !== 'repost' ? { text: [{ kind: 'link', text: url, url }] } : {}
    const related: Partial<Post> =
      about === undefined || relation === 'original'
        ? {}
        : relation === 'thread'
          ? { relation, replyTo: { postId: about.id } }
          : { relation, inner: aPost(about.id) }
    const post = this.#post({ ...text, ...related })
    const grouping = groupingOf(post, { together: true, links: 'thread' })
    const intake = arrived(post, 'C1')
    if (grouping === undefined) return intake
    return { ...intake, deliver: intake.deliver.map(owed => ({ ...owed, grouping })) }
  }

  /** False when there is nothing to do. */
  async #deliver(how: string): Promise<boolean> {
    const store = this.#store
    const now = this.now
    const [claim] = await store.claim(now, lease, 1)
    if (claim === undefined) return false
    this.done.push(`${how}: ${placed(claim)}`)
    const ts = claim.act.kind === 'post' ? `17.${claim.delivery.id}` : (claim.act.ts ?? '')
    const looks = claim.delivery.unknown !== undefined || claim.act.kind !== 'post'
    if (how === 'again') await store.settle(claim, again(now, now + 500), now)
    else if (how === 'lost' && !looks) {
      const unknown = { since: now, checks: 0, why: 'timeout' }
      const delivery = {
        state: 'pending',
        dueAt: now,
        why: 'timeout',
        imagesDropped: false,
        counted: true,
        unknown,
      } as const
      await store.settle(claim, { delivery, lane: { freeAt: now } }, now)
    } else if (how === 'refused' && !looks) {
      const delivery = { state: 'dead', reason: 'refused', why: 'refused' } as const
      await store.settle(claim, { delivery, lane: { freeAt: now } }, now)
    } else if (how !== 'left') await store.settle(claim, sent(now, ts), now)
    return true
  }
}

export function retentionProperty(make: () => Promise<Ground>, share = 1): void {
  test('what is done in a channel is the same, whether the past is forgotten or not', async () => {
    let forgotten = nothingForgotten
    const lives = async (keeping: Store, forgetting: Store, steps: readonly Step[]) => {
      const one = new Weeks(keeping)
      const other = new Weeks(forgetting)
      for (const step of [...steps, later, later, later, later]) {
        await one.take(step)
        await other.take(step)
        assert.deepEqual(other.done, one.done)
        for (;;) {
          const some = await forgetting.forget({ posts: other.now - term, ledger: other.now - term }, other.now)
          if (isNothing(some)) break
          forgotten = together(forgotten, some)
        }
      }
    }
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 6, maxLength: 16, size: 'max' }), steps =>
        onGround(make, (_, keeping) => onGround(make, (__, forgetting) => lives(keeping, forgetting, steps))),
      ),
      { numRuns: Math.ceil(10 * share), endOnFailure: true },
    )
    assert.ok(
      forgotten.deliveries > 20 * share && forgotten.posts > 10 * share,
      `too little was forgotten: ${JSON.stringify(forgotten)}`,
    )
  })
}
