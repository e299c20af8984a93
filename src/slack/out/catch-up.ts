/**
 * Several posts of one gap → one message, oldest first: how many and why so late, then each post under its author with the moment as the
 * link to it. No pictures (the link leads to them). Pure; never throws on foreign text. Guarantees: within every limit of a message
 * whatever comes in, a fair share of the room for each text (short ones whole, what they leave over goes to the long ones),
 * nothing that pings (I8).
 *
 *   context    ⏪ 23 posts from while X could not be read, 14:02 – 16:30 (stalled)
 *   rich_text  name @handle · kind · when, linked      (one block a post)
 *              │ text; a quoted post in one line
 */
import type { Content, Occasion } from '../../domain/content.ts'
import type { Post } from '../../domain/post.ts'
import { catchUpPostsMax, slackBlockTextCharsMax, slackFallbackBytesMax } from '../../limits.ts'
import type { Block } from './blocks.ts'
import {
  costOf,
  type Draft,
  draftOf,
  type Entry,
  entryBlock,
  handleOf,
  nameOf,
  shortUrl,
  thrifts,
} from './catch-up-entry.ts'
import { line, sourceNames } from './compose-parts.ts'
import { deletedWords, safe, words } from './fallback.ts'
import { escapeEntities, mrkdwnDate, mrkdwnLink, readsAsMarkup, utc } from './mrkdwn.ts'
import { cutWhere, inline } from './text.ts'

type CatchUp = Omit<Extract<Content, { kind: 'catch-up' }>, 'kind'>
type Gap = Extract<Occasion, { kind: 'gap' }>

/** The rest of the allowance is for the texts. */
const fixedCostMax = 7000
/** More of one text is not for a message that many skim; an ordinary post of X has at most 280 characters. */
const textCostMax = 700
const whyCharsMax = 80
/** Left free for the lines around the posts and the marks of what was cut. */
const reserve = 600
/** A gap shorter than this is told by the time of day alone at its end. */
const sameDayMs = 12 * 3_600_000

export function catchUpBlocks(catchUp: CatchUp): readonly Block[] {
  const shown = catchUp.posts.slice(0, catchUpPostsMax)
  const { drafts, fixed } = draftsOf(shown)
  const costs = drafts.map(draft => costOf(draft.text))
  const share = Math.min(fairShare(costs, slackBlockTextCharsMax - reserve - fixed), textCostMax)
  const more = catchUp.posts.length - shown.length
  return [
    line(headline(catchUp)),
    ...drafts.map(draft => entryBlock(draft, share)),
    ...(more > 0 ? [line(`… and ${more} more`)] : []),
  ]
}

/** For notifications and screen readers. */
export function catchUpText(catchUp: CatchUp): string {
  const title = plainTitle(catchUp)
  const all = catchUp.posts
    .slice(0, catchUpPostsMax)
    .map(({ post, struck }) => words(post, struck).replace(/\n+/g, '\n'))
  const room = slackFallbackBytesMax - Buffer.byteLength(title) - all.length
  // Measured as it will stand: keeping words from pinging makes them longer.
  const costs = all.map(text => Buffer.byteLength(safe(text, Number.MAX_SAFE_INTEGER)))
  const share = fairShare(costs, room)
  return [title, ...all.map(text => safe(text, share))].join('\n')
}

/** Its plainest form: a link to each post with its author. */
export function catchUpPlain(catchUp: CatchUp): string {
  const title = plainTitle(catchUp)
  const room = slackFallbackBytesMax - Buffer.byteLength(title)
  const [generous] = thrifts
  const labels = [
    ({ author }: Post) => `${nameOf(author, generous)} ${handleOf(author, generous)}`.trim(),
    ({ author }: Post) => handleOf(author, generous) || nameOf(author, generous),
    () => 'post',
  ]
  const forms = labels.map(label =>
    catchUp.posts.map(({ post, struck }) => {
      const text = label(post)
      // Markup is not read here, but what Slack reads even so (pings, emoji) must not be in it; the "@" of a handle is known.
      const shown = literal(text) ? text : 'post'
      return struck
        ? `${escapeEntities(shown)} (${deletedWords(post)})`
        : mrkdwnLink(shortUrl(post.url, generous) ?? '', shown)
    }),
  )
  const lines = forms.find(form => cost(form) <= room) ?? forms.at(-1) ?? []
  const fitting = lines.filter((_, i) => cost(lines.slice(0, i + 1)) <= room)
  return [title, ...fitting].join('\n')

  function cost(form: readonly string[]): number {
    return form.reduce((sum, each) => sum + Buffer.byteLength(each) + 1, 0)
  }
}

/** Markup is not read there, but emoji are, and an "@" before some words pings. */
function literal(label: string): boolean {
  return !readsAsMarkup(label.replace('@', '')) && !/[@＠](?:here|channel|everyone|group)/i.test(label)
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

/** The entries in the most generous form that leaves room for their texts. */
function draftsOf(entries: readonly Entry[]): { readonly drafts: readonly Draft[]; readonly fixed: number } {
  const all = thrifts.map(thrift => {
    const drafts = entries.map(entry => draftOf(entry, thrift))
    return {
      drafts,
      fixed: drafts.reduce((sum, { head, below }) => sum + costOf([...head, ...below.flat()]) + below.length, 0),
    }
  })
  return all.find(({ fixed }) => fixed <= fixedCostMax) ?? all.at(-1) ?? { drafts: [], fixed: 0 }
}
function headline({ posts, occasion }: CatchUp): string {
  const count = counted(posts)
  const gap = gapOf(occasion)
  if (gap === undefined) return `⏪ *${count}* from while posts could not be read`
  const source = sourceOf(posts)
  const toFormat = gap.to - gap.from < sameDayMs ? '{time}' : undefined
  const span = `${mrkdwnDate(gap.from, '')} – ${mrkdwnDate(gap.to, '', toFormat)}`
  const why = whyOf(gap)
  return `⏪ *${count}* from while ${source} could not be read, ${span}${why === '' || readsAsMarkup(why) ? '' : ` (${escapeEntities(why)})`}`
}

/** The headline without markup, escaped. */
function plainTitle({ posts, occasion }: CatchUp): string {
  const gap = gapOf(occasion)
  if (gap === undefined) return `${counted(posts)} from while posts could not be read:`
  const why = whyOf(gap)
  const span = `${utc(gap.from)} – ${utc(gap.to)}`
  return safe(
    `${counted(posts)} from while ${sourceOf(posts)} could not be read, ${span}${why === '' ? '' : ` (${why})`}:`,
    400,
  )
}

function counted({ length }: readonly Entry[]): string {
  return `${length} ${length === 1 ? 'post' : 'posts'}`
}

function sourceOf(posts: readonly Entry[]): string {
  const [first] = posts
  return first === undefined ? 'the source' : sourceNames[first.post.source]
}

const gapOf = (occasion: Occasion | undefined) => (occasion?.kind === 'gap' ? occasion : undefined)

function whyOf({ why }: Gap): string {
  return inline(cutWhere(why, whyCharsMax, piece => piece.length))
}
