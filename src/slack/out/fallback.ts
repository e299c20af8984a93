/**
 * The message as one text, for notifications and screen readers, which read nothing else
 * (docs.slack.dev/reference/methods/chat.postMessage). Whole as far as the limit goes, entity-escaped, and nothing in it pings.
 * Pure.
 */
import type { Author, Media, Poll, Post, PostBody } from '../../domain/post.ts'
import { plainText } from '../../domain/post.ts'
import { slackFallbackBytesMax, slackImagesMax } from '../../limits.ts'
import { escapeEntities } from './mrkdwn.ts'
import { clean, cutWhere, inline } from './text.ts'

/** The whole post in words, escaped. `struck`: its author has deleted it. `after`: a line of foreign and our own words at its end, which is never cut off for the post's. */
export function fallbackOf(post: Post, struck = false, after = '', bytesMax = slackFallbackBytesMax): string {
  if (after === '') return safe(words(post, struck), bytesMax)
  const end = safe(after, bytesMax / 4)
  return `${safe(words(post, struck), bytesMax - Buffer.byteLength(end) - 1)}\n${end}`
}

/** After an "@": what Slack turns into a ping of everybody, in whatever letters that look like these (fullwidth, circled, bold). */
const everybody = /^[^\p{L}\p{N}\s]*(?:here|channel|everyone|group)/iu

/**
 * Foreign or mixed words as the `text` of a message: escaped, without what Slack turns into a ping, at most `bytesMax` bytes of
 * UTF-8 with "…" where it was cut.
 */
export function safe(text: string, bytesMax: number): string {
  const quiet = clean(text).replace(/[@＠﹫](?=(\S{1,40}))/gu, (at, rest: string) =>
    everybody.test(rest) || everybody.test(rest.normalize('NFKC')) ? `${at}\u2060` : at,
  )
  const whole = cutWhere(quiet, bytesMax, bytes)
  return escapeEntities(whole === quiet ? quiet : `${cutWhere(quiet, bytesMax - bytes('…'), bytes)}…`)
}

const bytes = (text: string) => Buffer.byteLength(escapeEntities(text))

/** The same unescaped, of any length. Only for `safe`. */
export function words(post: Post, struck = false): string {
  const who = `${nameOf(post.author)}${struck ? ` (${deletedWords(post)})` : ''}`
  const inner = post.inner === undefined ? undefined : `${nameOf(post.inner.author)}: ${bodyWords(post.inner)}`
  const missing = post.innerMissing === undefined ? '' : ` (not shown: ${inline(post.innerMissing)})`
  const edited = post.edited ? ' (edited)' : ''
  switch (post.relation) {
    case 'repost':
      return inner === undefined ? `${who} reposted${missing}: ${bodyWords(post)}` : `${who} reposted ${inner}`
    case 'quote':
      return `${who}${edited} quotes: ${bodyWords(post)}\nQuoted${missing}${inner === undefined ? '' : `: ${inner}`}`
    case 'reply': {
      const to = post.replyTo?.handle === undefined ? '' : ` to @${inline(post.replyTo.handle)}`
      return `${who}${edited} replies${to}: ${bodyWords(post)}`
    }
    case 'thread':
      return `${who}${edited} continues: ${bodyWords(post)}`
    case 'original':
      return `${who}${edited}: ${bodyWords(post)}`
  }
}

/** What the author of a struck post did. */
export function deletedWords({ relation }: Pick<Post, 'relation'>): string {
  return relation === 'repost' ? 'repost taken back' : 'deleted by its author'
}

function nameOf(author: Author): string {
  const name = inline(author.name)
  const handle = inline(author.handle)
  if (handle === '') return name === '' ? 'Somebody' : name
  return name === '' ? `@${handle}` : `${name} (@${handle})`
}

/** The text; then, for who cannot see them, what the pictures show and what the poll asks. */
function bodyWords(body: PostBody): string {
  return [
    ...(body.sensitive ? ['(marked as sensitive)'] : []),
    plainText(body),
    ...body.media.slice(0, slackImagesMax).map(mediaWords),
    ...(body.poll === undefined ? [] : [pollWords(body.poll)]),
  ]
    .filter(line => line !== '')
    .join('\n')
}

const mediaNames = { photo: 'Picture', video: 'Video', gif: 'GIF' } as const

function mediaWords(media: Media): string {
  const alt = inline(media.alt ?? '')
  return `[${mediaNames[media.kind]}${alt === '' ? '' : `: ${alt}`}]`
}

function pollWords(poll: Poll): string {
  return `[Poll: ${poll.options.map(option => inline(option.label)).join('; ')}]`
}
