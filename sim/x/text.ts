/**
 * A post's text as X writes it into JSON: HTML-escaped, links shortened, media and quoted posts appended as links of their
 * own, a long post cut to a preview, a repost cut to 140 characters, and entities whose places count code points of that
 * escaped text (docs.x.com/x-api/fundamentals/data-dictionary).
 */
import { shortUrl } from '../world/spans.ts'
import { shownSpan, type World, type WorldPost, type WorldSpan } from '../world/world.ts'
import { allSpans } from './match.ts'

type Json = Record<string, unknown>

export interface Rendered {
  readonly text: string
  /** Absent when there are none. */
  readonly entities?: Json
  readonly displayRange: readonly [start: number, end: number]
  /** The whole text of a long post. */
  readonly note?: { readonly text: string; readonly entities?: Json }
}

/** Code points of a long post's text that its preview keeps. */
const previewLength = 250
/** A repost's text, all of it, in code points. */
const repostLength = 140

interface Entity {
  readonly list: 'urls' | 'mentions' | 'hashtags' | 'cashtags'
  readonly start: number
  readonly end: number
  readonly more: Json
}

/** Text under construction with its entities. Places are code points. */
class Composer {
  #points: string[] = []
  entities: Entity[] = []

  get length(): number {
    return this.#points.length
  }

  get text(): string {
    return this.#points.join('')
  }

  plain(text: string): void {
    this.#points.push(...escapeHtml(text))
  }

  entity(list: Entity['list'], text: string, ...more: Json[]): void {
    const start = this.length
    this.plain(text)
    for (const each of more) this.entities.push({ list, start, end: this.length, more: each })
  }

  spans(spans: readonly WorldSpan[]): void {
    for (const span of spans) this.#span(span)
  }

  #span(span: WorldSpan): void {
    if (span.kind === 'text') this.plain(span.text)
    else if (span.kind === 'mention')
      this.entity('mentions', `@${span.handle}`, { username: span.handle, id: span.userId })
    else if (span.kind === 'link') {
      const more = {
        url: span.short,
        expanded_url: span.url,
        display_url: span.display,
        unwound_url: span.url,
        status: 200,
      }
      this.entity('urls', span.short, more)
    } else this.entity(span.kind === 'hashtag' ? 'hashtags' : 'cashtags', shownSpan(span), { tag: span.tag })
  }

  /** Cuts to so many code points, dropping entities that the cut goes through. */
  cut(length: number): void {
    this.#points = this.#points.slice(0, length)
    this.entities = this.entities.filter(entity => entity.end <= length)
  }

  json(): Json | undefined {
    if (this.entities.length === 0) return undefined
    const lists: Record<string, Json[]> = {}
    for (const { list, start, end, more } of this.entities) {
      lists[list] ??= []
      lists[list].push({ start, end, ...more })
    }
    return lists
  }
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Renders the text of this version. Throws when an inner post never existed: the world forbids that. */
export function renderText(world: World, post: WorldPost): Rendered {
  return post.kind === 'repost' ? renderRepost(world, post) : renderOwn(world, post)
}

function renderRepost(world: World, post: WorldPost): Rendered {
  const original = world.lookupEver(post.innerId ?? '')
  if (original === undefined) throw new Error(`repost ${post.id} of nothing`)
  const author = world.someone(original.authorId)
  const composer = new Composer()
  composer.plain('RT ')
  composer.entity('mentions', `@${author.handle}`, { username: author.handle, id: author.id })
  composer.plain(': ')
  writeBody(world, original, composer)
  if (composer.length > repostLength) {
    composer.cut(repostLength - 1)
    composer.plain('…')
  }
  return withEntities({ text: composer.text, displayRange: [0, composer.length] as const }, composer)
}

function renderOwn(world: World, post: WorldPost): Rendered {
  const composer = new Composer()
  const { start, visible } = writeBody(world, post, composer)
  const rendered = withEntities({ text: composer.text, displayRange: [start, visible] as const }, composer)
  if (!post.long) return rendered
  const whole = new Composer()
  whole.spans(allSpans(world, post))
  return { ...rendered, note: withEntities({ text: whole.text }, whole) }
}

function withEntities<T extends object>(rendered: T, composer: Composer): T & { entities?: Json } {
  const entities = composer.json()
  return entities === undefined ? rendered : { ...rendered, entities }
}

/** Writes what the `text` field has; answers where the visible part starts and ends. */
function writeBody(world: World, post: WorldPost, composer: Composer): { start: number; visible: number } {
  const spans = allSpans(world, post)
  const start =
    spans.length === post.spans.length ? 0 : [...shownSpan(spans[0] ?? { kind: 'text', text: '' })].length + 1
  composer.spans(spans)
  if (post.long) {
    composer.cut(previewLength)
    composer.plain('… ')
    const self = `https://x.com/i/web/status/${post.id}`
    composer.entity('urls', shortUrl(self), {
      url: shortUrl(self),
      expanded_url: self,
      display_url: `x.com/i/web/status/${post.id.slice(0, 1)}…`,
    })
  }
  const visible = composer.length
  const author = world.someone(post.authorId)
  if (post.innerId !== undefined && post.kind !== 'repost') writeQuoteLink(world, post.innerId, composer)
  if (post.media.length > 0) writeMediaLink(author.handle, post, composer)
  return { start, visible }
}

function writeQuoteLink(world: World, innerId: string, composer: Composer): void {
  const inner = world.lookupEver(innerId)
  const handle = inner === undefined ? 'i' : world.someone(inner.authorId).handle
  const url = `https://twitter.com/${handle}/status/${innerId}`
  if (composer.length > 0) composer.plain(' ')
  const display = `x.com/${handle}/status…`
  composer.entity('urls', shortUrl(url), { url: shortUrl(url), expanded_url: url, display_url: display })
}

function writeMediaLink(handle: string, post: WorldPost, composer: Composer): void {
  const place = post.media[0]?.kind === 'photo' ? 'photo' : 'video'
  const url = `https://x.com/${handle}/status/${post.id}/${place}/1`
  const short = shortUrl(url)
  if (composer.length > 0) composer.plain(' ')
  const entry = { url: short, expanded_url: url, display_url: short.replace('https://t.co', 'pic.x.com') }
  // One entry for each picture, all over the same place in the text.
  composer.entity('urls', short, ...post.media.map(({ key }) => ({ ...entry, media_key: key })))
}
