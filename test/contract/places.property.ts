/**
 * Random lives of a channel: posts, reposts, quotes, self-threads and shared links come, are taken back, fail on their way, the channel goes away
 * and is there again; a channel in memory does what each claim says. In the end every post that lives has exactly one place there, and none that is gone has any.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { groupingOf } from '../../src/domain/grouping.ts'
import type { Post, Relation } from '../../src/domain/post.ts'
import type { Claim, Intake, Store } from '../../src/store/store.ts'
import { type Ground, onGround } from './ground.ts'
import { again, aPost, arrived, deleted, morning, sent } from './samples.ts'
import { archived, lost } from './sharing.ts'

const leaseMs = 1000
const hows = ['sent', 'sent', 'sent', 'sent', 'again', 'lost', 'refused', 'archived'] as const

const aWritten = fc.record({
  relation: fc.constantFrom<Relation>('original', 'repost', 'repost', 'quote', 'thread'),
  /** Of what it speaks: so many posts before it. */
  back: fc.nat(6),
  link: fc.constantFrom(undefined, 'https://a.example/1', 'https://a.example/2'),
})
const aStep = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(aWritten, { minLength: 1, maxLength: 4 }).map(posts => ({ do: 'write', posts }) as const),
  },
  { weight: 1, arbitrary: fc.nat(8).map(back => ({ do: 'delete', back }) as const) },
  { weight: 6, arbitrary: fc.constantFrom(...hows).map(how => ({ do: 'deliver', how }) as const) },
)
type Step = typeof aStep extends fc.Arbitrary<infer T> ? T : never

/** A message in the channel: who is in it, by post, and whom it names. */
interface Message {
  readonly thread: string | undefined
  readonly posts: readonly string[]
  readonly names: readonly string[]
}

class Life {
  readonly #store: Store
  readonly #posts: Post[] = []
  readonly #gone = new Set<string>()
  readonly #refused = new Set<string>()
  readonly #slack = new Map<string, Message>()
  /** Where the messages are of which nobody was told, by delivery. */
  readonly #lost = new Map<string, string>()
  #stamps = 0
  #now = morning

  constructor(store: Store) {
    this.#store = store
  }

  async take(step: Step): Promise<void> {
    this.#now += 10
    if (step.do === 'deliver') {
      await this.#deliver(step.how)
      return
    }
    if (step.do === 'write') {
      await this.#store.commit(
        step.posts.map(written => this.#write(written)),
        this.#now,
      )
      return
    }
    const post = this.#posts.at(-1 - step.back)
    if (post === undefined) return
    this.#forget(post.id)
    await this.#store.commit([deleted(post.id)], this.#now)
  }

  /** Reposts go with what they repost. */
  #forget(id: string): void {
    this.#gone.add(id)
    for (const post of this.#posts) if (post.relation === 'repost' && post.inner?.version === id) this.#forget(post.id)
  }

  #write({ relation, back, link }: { relation: Relation; back: number; link: string | undefined }): Intake {
    const id = `${1000 + this.#posts.length}`
    const author = { id: `a${id}`, handle: `a${id}`, name: `a${id}`, url: 'https://x.com/a' }
    const about = this.#posts.filter(one => one.relation !== 'repost' && !this.#gone.has(one.id)).at(-1 - back)
    const own = { ...aPost(id), author, createdAt: morning + Number(id) }
    const text = link === undefined ? own.text : [{ kind: 'link', text: link, url: link } as const]
    const related: Partial<Post> =
      about === undefined || relation === 'original'
        ? {}
        : relation === 'thread'
          ? { relation, replyTo: { postId: about.id } }
          : { relation, inner: aPost(about.id) }
    const post: Post = { ...own, text: related.relation === 'repost' ? own.text : text, ...related }
    this.#posts.push(post)
    const grouping = groupingOf(post, { together: true, links: 'thread' })
    const intake = arrived(post, 'C1')
    if (grouping === undefined) return intake
    return { ...intake, deliver: intake.deliver.map(owed => ({ ...owed, grouping })) }
  }

  async #deliver(how: (typeof hows)[number]): Promise<boolean> {
    const [claim] = await this.#store.claim(this.#now, leaseMs, 1)
    if (claim === undefined) return false
    const now = this.#now
    const looks = claim.delivery.unknown !== undefined
    if (how === 'again' && !looks) await this.#store.settle(claim, again(now, now + 20), now)
    else if (how === 'refused' && !looks && claim.act.kind === 'post') {
      const { content } = claim
      for (const { post } of shownIn(content)) this.#refused.add(post.id)
      await this.#store.settle(
        claim,
        { delivery: { state: 'dead', reason: 'refused', why: 'refused' }, lane: { freeAt: now } },
        now,
      )
    } else if (how === 'lost' && !looks && claim.act.kind === 'post') {
      this.#lost.set(claim.delivery.id, this.#show(claim))
      await this.#store.settle(claim, lost(now, now + 25), now)
    } else if (how === 'archived' && !looks) {
      await this.#store.settle(claim, archived(now), now)
      await this.#deliverAgain()
    } else {
      const ts = looks ? (this.#lost.get(claim.delivery.id) ?? '') : this.#show(claim)
      await this.#store.settle(claim, sent(now, ts), now)
    }
    return true
  }

  /** The channel is there again, and somebody sends all that could not be sent, in whichever order. */
  async #deliverAgain(): Promise<void> {
    const dead = (await this.#store.dead(100)).filter(({ reason }) => reason === 'channel-gone')
    const inOrder = dead.toSorted((a, b) => a.id.localeCompare(b.id))
    for (const { id } of this.#stamps % 2 === 0 ? inOrder : inOrder.toReversed())
      await this.#store.redeliver(id, this.#now, false)
  }

  #show({ act, content }: Claim): string {
    const ts = act.kind === 'post' ? `17.${++this.#stamps}` : (act.ts ?? '')
    if (act.kind === 'delete') {
      this.#slack.delete(ts)
      return ts
    }
    const entries = shownIn(content)
    const thread = act.kind === 'post' ? act.thread : this.#slack.get(ts)?.thread
    if (thread !== undefined) assert.equal(this.#slack.get(thread)?.thread, undefined, 'a thread in a thread')
    this.#slack.set(ts, {
      thread,
      posts: entries.map(({ post }) => post.id),
      names: entries.flatMap(({ also = [] }) =>
        also.map(({ author, relation }) => `${relation} ${author.id.slice(1)}`),
      ),
    })
    return ts
  }

  async end(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      this.#now += 200_000
      quiet = (await this.#deliver('sent')) ? 0 : quiet + 1
    }
    const messages = [...this.#slack.values()]
    for (const { id, relation } of this.#posts) {
      const [delivery] = (await this.#store.post('x', id))?.deliveries ?? []
      assert.ok(delivery?.state === 'sent' || delivery?.state === 'dead', `${id} is ${delivery?.state}`)
      const shown = messages.filter(({ posts }) => posts.includes(id)).length
      const named = messages.filter(({ names }) => names.includes(`repost ${id}`)).length
      if (this.#gone.has(id)) assert.equal(shown + named, 0, `${id} is gone and still there`)
      else if (this.#refused.has(id)) assert.ok(shown + named <= 1, `${id} is there twice`)
      else assert.equal(shown + named, 1, `${id}, ${relation}, ${delivery.state}: ${shown} messages, ${named} names`)
    }
  }
}

function shownIn(content: Claim['content']) {
  if (content.kind === 'notice') return []
  return content.kind === 'post' ? [content] : content.posts
}

export function placesProperty(make: () => Promise<Ground>, share = 1): void {
  test('whatever comes and is taken back, each post has exactly one place in the channel', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 40, size: 'max' }), steps =>
        onGround(make, async (_, store) => {
          const life = new Life(store)
          for (const step of steps) await life.take(step)
          await life.end()
        }),
      ),
      { numRuns: Math.ceil(25 * share), endOnFailure: true },
    )
  })
}
