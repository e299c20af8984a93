/** The first line of a message of several posts: how many, and why they come together. Pure. */
import type { Content, Occasion, Shown } from '../../domain/content.ts'
import { sourceNames } from './compose-parts.ts'
import { safe } from './fallback.ts'
import { escapeEntities, mrkdwnDate, readsAsMarkup, utc } from './mrkdwn.ts'
import { cutWhere, inline } from './text.ts'

export type CatchUp = Omit<Extract<Content, { kind: 'catch-up' }>, 'kind'>
type Gap = Extract<Occasion, { kind: 'gap' }>

const whyCharsMax = 80
/** Bytes of the title without markup. */
const plainBytesMax = 400
/** A gap shorter than this is told by the time of day alone at its end. */
const sameDayMs = 12 * 3_600_000

/** mrkdwn of ours. */
export function headline({ posts, occasion }: CatchUp): string {
  const { mark, before, count, after } = parts(posts, occasion)
  return `${mark} *${before}${count}*${after(
    ms => mrkdwnDate(ms, ''),
    (from, to) => `${mrkdwnDate(from, '')} – ${mrkdwnDate(to, '', to - from < sameDayMs ? '{time}' : undefined)}`,
    why => (readsAsMarkup(why) ? '' : escapeEntities(why)),
  )}`
}

/** The same without markup, escaped. */
export function plainTitle({ posts, occasion }: CatchUp): string {
  const { before, count, after } = parts(posts, occasion)
  const rest = after(
    utc,
    (from, to) => `${utc(from)} – ${utc(to)}`,
    why => why,
  )
  return safe(`${before}${count}${rest}:`, plainBytesMax)
}

interface Parts {
  readonly mark: string
  readonly before: string
  readonly count: string
  /** What follows the count, with moments, spans and foreign words as the caller writes them. */
  readonly after: (
    moment: (ms: number) => string,
    span: (from: number, to: number) => string,
    foreign: (words: string) => string,
  ) => string
}

function parts(posts: readonly Shown[], occasion: Occasion | undefined): Parts {
  const many = counted(posts.length)
  const more = counted(posts.length, 'more ')
  switch (occasion?.kind) {
    case 'gap': {
      const why = whyOf(occasion)
      return {
        ...{ mark: '⏪', before: '', count: many },
        after: (_, span, foreign) => {
          const reason = foreign(why)
          return ` from while ${sourceOf(posts)} could not be read, ${span(occasion.from, occasion.to)}${reason === '' ? '' : ` (${reason})`}`
        },
      }
    }
    case 'digest': {
      if (occasion.continued === true) return { mark: '🗞', before: '', count: more, after: () => ' of this digest' }
      const oldest = Math.min(...posts.map(({ post }) => post.createdAt))
      return { mark: '🗞', before: 'Digest: ', count: many, after: moment => ` since ${moment(oldest)}` }
    }
    case 'quiet':
      return { mark: '🌙', before: '', count: many, after: () => ' from the quiet hours' }
    case 'hour':
      return { mark: '⏱', before: '', count: more, after: () => ' of the last hour' }
    case 'burst':
      return { mark: '⏩', before: '', count: many, after: () => ' that came at once' }
    case undefined:
      return { mark: '⏪', before: '', count: many, after: () => ' together' }
  }
}

function counted(length: number, kind = ''): string {
  return `${length} ${kind}${length === 1 ? 'post' : 'posts'}`
}

function sourceOf(posts: readonly Shown[]): string {
  const [first] = posts
  return first === undefined ? 'the source' : sourceNames[first.post.source]
}

function whyOf({ why }: Gap): string {
  return inline(cutWhere(why, whyCharsMax, piece => piece.length))
}
