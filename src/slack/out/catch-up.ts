/**
 * Several posts in one message: how many and why together, then each post under its author with the moment as the link to it. Oldest first;
 * a digest best first, and of a long one the later posts in one line each. No pictures (the link leads to them). Pure; never throws on
 * foreign text. Guarantees: within every limit of a message whatever comes in, a fair share of the room for each text (short ones whole,
 * what they leave over goes to the long ones), nothing that pings (I8).
 *
 *   section    ⏪ 23 posts from while X could not be read, 14:02 – 16:30 (stalled)        [Why?]
 *   rich_text  name @handle · kind · when, linked      (one block a post)
 *              │ text; a quoted post in one line; who else reposted it
 *   rich_text  • name · when, linked · first words     (a digest's later posts)
 */
import { bestFirst } from '../../domain/best-first.ts'
import type { Post } from '../../domain/post.ts'
import {
  catchUpPostsMax,
  digestPostsMax,
  digestTextsMax,
  slackBlockTextCharsMax,
  slackFallbackBytesMax,
} from '../../limits.ts'
import { listed, sharings } from './also.ts'
import type { Block, DateElement, Inline, RichTextBlock } from './blocks.ts'
import {
  costOf,
  type Draft,
  draftOf,
  type Entry,
  entryBlock,
  handleOf,
  lineOf,
  nameOf,
  shortUrl,
  thrifts,
} from './catch-up-entry.ts'
import { type CatchUp, headline, plainTitle } from './catch-up-title.ts'
import { line } from './compose-parts.ts'
import { deletedWords, safe, words } from './fallback.ts'
import { whyButton } from './menu.ts'
import { escapeEntities, mrkdwn, mrkdwnLink, readsAsMarkup } from './mrkdwn.ts'

/** The rest of the allowance is for the texts. */
const fixedCostMax = 7000
/** More of one text is not for a message that many skim; an ordinary post of X has at most 280 characters. */
const textCostMax = 700
/** Left free for the lines around the posts and the marks of what was cut. */
const reserve = 600
/** Lines in one block: Slack's limit for the text of one is not known, an ordinary post's is below this many. */
const linesPerBlock = 14

export function catchUpBlocks(catchUp: CatchUp): readonly Block[] {
  const { whole, brief, more } = laidOut(catchUp)
  const { drafts, lines, fixed } = draftsOf(whole, brief)
  const costs = drafts.map(draft => costOf(draft.text))
  const share = Math.min(fairShare(costs, slackBlockTextCharsMax - reserve - fixed), textCostMax)
  return [
    { type: 'section', text: mrkdwn(headline(catchUp)), accessory: whyButton() },
    ...drafts.map(draft => entryBlock(draft, share)),
    ...lists(lines),
    ...(more > 0 ? [line(`… and ${more} more`)] : []),
  ]
}

interface Layout {
  /** With their text. */
  readonly whole: readonly Entry[]
  /** In a line each. */
  readonly brief: readonly Entry[]
  /** Not there. */
  readonly more: number
}

function laidOut({ posts, occasion }: CatchUp): Layout {
  if (occasion?.kind !== 'digest')
    return { whole: posts.slice(0, catchUpPostsMax), brief: [], more: Math.max(0, posts.length - catchUpPostsMax) }
  // Of those written in the same second the later one is the newer.
  const best = posts
    .toReversed()
    .map(entry => ({ entry, post: entry.post, shared: entry.also?.length ?? 0 }))
    .toSorted(bestFirst)
    .map(({ entry }) => entry)
  return {
    whole: best.slice(0, digestTextsMax),
    brief: best.slice(digestTextsMax, digestPostsMax),
    more: Math.max(0, best.length - digestPostsMax),
  }
}

function lists(lines: readonly Line[]): readonly RichTextBlock[] {
  const blocks = Array.from({ length: Math.ceil(lines.length / linesPerBlock) }, (_, n) =>
    lines.slice(n * linesPerBlock, (n + 1) * linesPerBlock),
  )
  return blocks.map(some => ({
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: some.map(elements => ({ type: 'rich_text_section', elements })),
      },
    ],
  }))
}

type Line = readonly (Inline | DateElement)[]

/** For notifications and screen readers. */
export function catchUpText(catchUp: CatchUp): string {
  const title = plainTitle(catchUp)
  const { whole, brief } = laidOut(catchUp)
  const all = [...whole, ...brief].map(({ post, struck }) => words(post, struck).replace(/\n+/g, '\n'))
  const room = slackFallbackBytesMax - Buffer.byteLength(title) - all.length
  // Measured as it will stand: keeping words from pinging makes them longer.
  const costs = all.map(text => Buffer.byteLength(safe(text, Number.MAX_SAFE_INTEGER)))
  const share = fairShare(costs, room)
  return [title, ...all.map(text => safe(text, share))].join('\n')
}

/** Bytes kept for "… and 40 more". */
const plainReserve = 30

/** Its plainest form: a link to each post with its author, and who else shared it. */
export function catchUpPlain(catchUp: CatchUp): string {
  const title = plainTitle(catchUp)
  const room = slackFallbackBytesMax - Buffer.byteLength(title) - plainReserve
  const { whole, brief } = laidOut(catchUp)
  const [generous] = thrifts
  const labels = [
    ({ author }: Post) => `${nameOf(author, generous)} ${handleOf(author, generous)}`.trim(),
    ({ author }: Post) => handleOf(author, generous) || nameOf(author, generous),
    () => 'post',
  ]
  const forms = labels.map((label, thrift) =>
    [...whole, ...brief].map(({ post, struck, also }) => {
      const others = sharedBy(also, thrifts[thrift]?.also ?? 0)
      const text = label(post)
      // Markup is not read here, but what Slack reads even so (pings, emoji) must not be in it; the "@" of a handle is known.
      const shown = literal(text) ? text : 'post'
      const who = struck
        ? `${escapeEntities(shown)} (${deletedWords(post)})`
        : mrkdwnLink(shortUrl(post.url, generous) ?? '', shown)
      return `${who}${others}`
    }),
  )
  const lines = forms.find(form => cost(form) <= room) ?? forms.at(-1) ?? []
  const fitting = lines.filter((_, i) => cost(lines.slice(0, i + 1)) <= room)
  const more = catchUp.posts.length - fitting.length
  return [title, ...fitting, ...(more > 0 ? [`… and ${more} more`] : [])].join('\n')

  function cost(form: readonly string[]): number {
    return form.reduce((sum, each) => sum + Buffer.byteLength(each) + 1, 0)
  }
}

/** Who else shared a post, by as many names; how many, where there is no room for a name or one of them would not stay text. */
function sharedBy(also: Entry['also'], names: number): string {
  const [generous] = thrifts
  const said = sharings(also).map(({ how, mark, authors }) => {
    const all = listed(
      authors.map(author => nameOf(author, generous)),
      names,
    )
    return names > 0 && literal(all) ? `${mark} ${how} ${escapeEntities(all)}` : `${mark} ${authors.length}`
  })
  return said.map(words => ` · ${words}`).join('')
}

/** Markup is not read there, but emoji are, and an "@" before some words pings. */
function literal(label: string): boolean {
  return !readsAsMarkup(label.replace('@', '')) && !/@(?:here|channel|everyone|group)/i.test(label.normalize('NFKC'))
}

/** The largest share that all may take of `room` together, where who needs less leaves the rest to the others. Never negative. */
function fairShare(costs: readonly number[], room: number): number {
  let left = Math.max(0, room)
  const rising = costs.toSorted((a, b) => a - b)
  for (const [i, cost] of rising.entries()) {
    const share = Math.floor(left / (rising.length - i))
    if (cost > share) return share
    left -= cost
  }
  return rising.at(-1) ?? left
}

/** The entries in the most generous form that leaves room for their texts. `fixed`: what all of it but those costs. */
function draftsOf(
  whole: readonly Entry[],
  brief: readonly Entry[],
): { readonly drafts: readonly Draft[]; readonly lines: readonly Line[]; readonly fixed: number } {
  const all = thrifts.map(thrift => {
    const drafts = whole.map(entry => draftOf(entry, thrift))
    const lines = brief.map(entry => lineOf(entry, thrift))
    const around = drafts.map(({ head, below }) => costOf([...head, ...below.flat()]) + below.length)
    return { drafts, lines, fixed: sum(around) + sum(lines.map(costOf)) }
  })
  return all.find(({ fixed }) => fixed <= fixedCostMax) ?? all.at(-1) ?? { drafts: [], lines: [], fixed: 0 }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
