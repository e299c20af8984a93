/** A simulated world, each post of it as Birdwire gets it from the wire and as X sees it, and random routes over its people and words. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { createWorld, type World, type WorldPost } from '../../sim/world/world.ts'
import { envelop } from '../../sim/x/envelope.ts'
import { parseRule, type RuleNode } from '../../sim/x/grammar.ts'
import { matches, prepare, type Subject } from '../../sim/x/match.ts'
import { readSelection } from '../../sim/x/select.ts'
import type { Account } from '../../src/domain/account.ts'
import { parse } from '../../src/domain/filter/parse.ts'
import { print } from '../../src/domain/filter/print.ts'
import type { Post } from '../../src/domain/post.ts'
import { emptyRoute, type Route } from '../../src/domain/route.ts'
import { Matcher } from '../../src/ingest/match.ts'
import { postFields } from '../../src/source/x/client.ts'
import { toPost } from '../../src/source/x/to-post.ts'

export interface Pair {
  readonly here: Post
  readonly there: Subject
}

export const seededWorld = createWorld({ seed: 11, now: Date.UTC(2026, 10, 20) })

/** The world's own life, and every way in which posts hang together: answers that quote, quotes and reposts of answers, of threads, of quotes. */
function write(world: World, count: number): readonly WorldPost[] {
  const posts: WorldPost[] = []
  for (let index = 0; index < count; index++) {
    const post = world.next()
    posts.push(post)
    if (index % 4 !== 0 || post.kind === 'repost' || world.someone(post.authorId).state !== 'active') continue
    const other = world.users()[(index * 7) % 28]
    if (other === undefined || other.id === post.authorId) continue
    const author = post.authorId
    const answer = world.post({ author: other.id, text: 'dark matter, again', replyTo: post.id })
    const thread = world.post({ author, text: 'and another axion', replyTo: post.id })
    const both = world.post({ author: other.id, text: 'see the giveaway', quote: thread.id, replyTo: answer.id })
    const quote = world.post({ author, text: 'xenon', quote: answer.id })
    const reposts = [answer, thread, both, quote].map(({ id }) => world.post({ author: other.id, repost: id }))
    posts.push(answer, thread, both, quote, ...reposts)
  }
  return posts
}

/** As Birdwire gets it from the wire. */
export function received(world: World, post: WorldPost): Post {
  const selection = readSelection(new URLSearchParams(postFields), false)
  if (!('spell' in selection)) throw new Error('the simulator refuses our own fields')
  const { data, includes, errors } = envelop(world, [post], selection, 'http://pictures.example')
  const reading = toPost(JSON.stringify(selection.spell({ data: data[0], includes, errors, matching_rules: [] })))
  return reading.kind === 'post' ? reading.post : assert.fail(JSON.stringify(reading))
}

const written = write(seededWorld, 160)
export const pairs: readonly Pair[] = written
  .map(post => ({ here: received(seededWorld, post), there: prepare(seededWorld, post, 'stream') }))
  // What X keeps from us it may still look into; that is no post of this test.
  .filter(({ here }) => here.innerMissing === undefined)

export const accounts: readonly Account[] = seededWorld
  .users()
  .map(({ id, handle, name }) => ({ source: 'x', id, handle, name }))

const texts = written.map(post => seededWorld.wholeText(post))
const words = [...new Set(texts.flatMap(text => text.match(/[\p{L}\p{N}]+/gu) ?? []))]
const common = ['dark', 'matter', 'axion', 'giveaway', 'xenon', 'the', 'and', 'a', 'run', 'another', 'see'].map(
  word => `"${word}"`,
)
const latin = words.filter(word => /^[A-Za-z]{5,}$/.test(word)).map(word => `"${word}"`)
const phrases = texts.flatMap(text => text.match(/[\p{L}\p{N}]+[ ,'’-]+[\p{L}\p{N}]+/gu) ?? []).map(text => `"${text}"`)
const tags = written.flatMap(post => post.spans.flatMap(span => (span.kind === 'hashtag' ? [`#${span.tag}`] : [])))
const handles = accounts.map(({ handle }) => handle)

const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...common) },
  { weight: 2, arbitrary: fc.constantFrom(...words.map(text => `"${text}"`)) },
  fc.constantFrom(...phrases),
  fc.constantFrom(...tags),
  fc.constantFrom(...handles).map(handle => `@${handle}`),
)
const narrowing = fc.constantFrom(
  'has:links',
  'has:media',
  'is:repost',
  'is:quote',
  'is:reply',
  'lang:en',
  'lang:ja',
  'lang:de',
)
const term = fc.oneof(
  { weight: 5, arbitrary: word },
  narrowing,
  fc.constantFrom(...handles).map(handle => `from:${handle}`),
)
const signed = fc.tuple(term, fc.nat(3)).map(([text, chance]) => (chance === 0 ? `-${text}` : text))
const all = fc.array(signed, { minLength: 1, maxLength: 3 }).map(parts => parts.join(' '))
export const filter = fc.oneof(
  { weight: 3, arbitrary: word },
  all,
  fc.array(all, { minLength: 2, maxLength: 3 }).map(parts => parts.join(' OR ')),
  fc.tuple(all, all, signed).map(([one, other, more]) => `(${one} OR ${other}) ${more}`),
)
/** Topics that X reads as we do: others are asked for as nearly as can be. */
const topicWord = fc.oneof(fc.constantFrom(...common.slice(0, 5)), fc.constantFrom(...latin))
const topic = fc
  .tuple(topicWord, fc.option(term), fc.boolean())
  .filter(([, more]) => more === null || /^["#@]/.test(more))
  .map(([text, more, or]) => (more === null ? text : or ? `${text} OR ${topicLike(more)}` : `${text} -${more}`))

function topicLike(more: string): string {
  return /^"[A-Za-z]{5,}"$/.test(more) ? more : '"axion"'
}

const printed = (text: fc.Arbitrary<string>) =>
  text.map(each => {
    const parsed = parse(each)
    return parsed.ok ? print(parsed.filter) : '"axion"'
  })

const languages = fc.oneof(fc.constant([]), fc.subarray(['en', 'ja', 'de', 'zh', 'he', 'gsw'], { maxLength: 3 }))
const kinds = fc.record({
  original: fc.boolean(),
  quote: fc.boolean(),
  repost: fc.boolean(),
  thread: fc.boolean(),
  reply: fc.boolean(),
})

export const anyRoute: fc.Arbitrary<Route> = fc
  .record({
    follows: fc.subarray([...accounts], { maxLength: 12 }),
    keywords: fc.oneof(fc.constant([]), fc.array(printed(filter), { maxLength: 3 })),
    topics: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(printed(topic), { maxLength: 2 })),
    blocks: fc.oneof(fc.constant([]), fc.array(printed(filter), { maxLength: 3 })),
    muted: fc.oneof(fc.constant([]), fc.subarray([...accounts], { maxLength: 3 })),
    languages,
    kinds: fc.oneof(fc.constant(emptyRoute('x', '').kinds), kinds),
    reading: fc.constantFrom('cheap' as const, 'cheap' as const, 'cheap' as const, 'complete' as const),
  })
  .map(parts => ({ ...emptyRoute('x', 'C'), ...parts }))

/** Whether any of the channels gets the post. */
export function wantedBy(routes: readonly Route[]): (post: Post) => boolean {
  const matcher = new Matcher()
  for (const [index, route] of routes.entries()) matcher.set({ ...route, channel: `C${index}` })
  return post => matcher.match(post).deliver.length > 0
}

/** Parsed as X parses it; fails where X would refuse it. */
export function atX(value: string, charsMax = 1024): RuleNode {
  assert.ok(value.length <= charsMax, `${value.length} characters: ${value}`)
  const parsed = parseRule(value, 'stream')
  return 'tree' in parsed ? parsed.tree : assert.fail(`X refuses ${value}: ${parsed.details.join(' ')}`)
}

export function bought(rules: readonly RuleNode[], { there }: Pair): boolean {
  return rules.some(rule => matches(rule, there))
}
