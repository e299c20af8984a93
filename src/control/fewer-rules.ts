/** The rules by which a channel could keep out posts like one: each a command that a person could type, none of them a hidden score. Pure. */
import { fold } from '../domain/filter/text.ts'
import { type Post, type PostBody, plainText, type Relation } from '../domain/post.ts'
import type { Because } from '../domain/reasons.ts'
import { fewerWordsMax } from '../limits.ts'

export interface Rule {
  /** What one would type after `/birdwire`. */
  readonly does: string
  /** On a button, plain. */
  readonly label: string
  /** `sure`: what one means who wants fewer posts like it. `guess`: worth a rule only if other posts have it too. */
  readonly likely?: 'sure' | 'guess'
}

/** Shorter words say little about what a post is about. */
const wordCharsMin = 5
/** Characters of a word on a button. */
const wordCharsMax = 40

/** Whatever could keep it out, in no order. `because`: why the post comes into the channel. */
export function rulesAgainst(post: Post, because: Because): readonly Rule[] {
  const bodies: readonly PostBody[] = post.inner === undefined ? [post] : [post, post.inner]
  const tags = bodies.flatMap(({ text }) =>
    text.flatMap(span => (span.kind === 'hashtag' || span.kind === 'cashtag' ? [span.text] : [])),
  )
  const sites = bodies.flatMap(({ text }) =>
    text.flatMap(span => (span.kind === 'link' ? (siteOf(span.expandedUrl ?? span.url) ?? []) : [])),
  )
  const rules = [
    ...(/^\w+$/.test(post.author.handle)
      ? [{ does: `mute ${post.author.handle}`, label: `Mute @${post.author.handle}`, likely: 'sure' as const }]
      : []),
    ...(because.kind === 'topic' ? [{ does: `topic remove ${because.topic}`, label: 'Remove the topic' }] : []),
    ...kindRules[post.relation],
    ...tags.filter(tag => /^[#$][\p{L}\p{M}\p{N}_]+$/u.test(tag)).map(blocking),
    ...sites.map(site => ({ does: `keyword add -url:"${site}"`, label: `Block links to ${site}` })),
    ...longestWords(bodies).map(word => ({ ...blocking(word), likely: 'guess' as const })),
  ]
  return [...new Map(rules.map(rule => [fold(rule.does), rule])).values()].filter(({ label }) => label.length <= 75)
}

const blocking = (word: string): Rule => ({ does: `keyword add -${word}`, label: `Block ${word}` })

const kindRules: Readonly<Record<Relation, readonly Rule[]>> = {
  original: [],
  repost: [{ does: 'options reposts off', label: 'No reposts here' }],
  quote: [{ does: 'options quotes off', label: 'No quotes here' }],
  thread: [{ does: 'options threads off', label: 'No self-threads here' }],
  reply: [{ does: 'options replies off', label: 'No replies here' }],
}

/** "example.com"; undefined for what is no address, and for X itself: every quote links to it. */
function siteOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const site = new URL(address).hostname.replace(/^www\./, '')
  return /^[a-z0-9.-]+\.[a-z0-9-]+$/.test(site) && !['x.com', 'twitter.com', 't.co'].includes(site) ? site : undefined
}

/** Words in letters only, outside of tags and links. */
function longestWords(bodies: readonly PostBody[]): readonly string[] {
  const own = bodies.map(({ text }) => plainText({ text: text.filter(span => span.kind === 'text') })).join(' ')
  const words = own.match(/(?<![\p{L}\p{M}\p{N}_@#$])[\p{L}\p{M}]+(?![\p{L}\p{M}\p{N}_])/gu) ?? []
  const long = words.filter(word => word.length >= wordCharsMin && word.length <= wordCharsMax)
  const once = [...new Map(long.map(word => [fold(word), word])).values()]
  return once.toSorted((a, b) => b.length - a.length).slice(0, fewerWordsMax)
}
