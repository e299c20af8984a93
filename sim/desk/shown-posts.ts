/**
 * Which posts a message in Slack shows, read from its blocks as a reader would: by the links at their ends or at their moments, and, for
 * reposts without a message of their own, by the line that names who else reposted it. Pure.
 */
import type { World, WorldPost } from '../world/world.ts'
import type { Found } from './oracle.ts'

/** What is looked at of a message. */
interface Message {
  readonly channel: string
  readonly text: string
  readonly blocks: readonly unknown[] | undefined
}

/** Ids of the posts that have a place of their own in the message: the foot of one, the linked moments of several. */
export function postsIn({ text, blocks }: Pick<Message, 'text' | 'blocks'>): readonly string[] {
  if (blocks === undefined || blocks.length === 0) return all(text, /\/status\/(\d+)[^|>]*\|/g)
  const foot = all(JSON.stringify(blocks), /\/status\/(\d+)[^|>]*\|View on X>/g)
  return foot.length > 0 ? foot : [...new Set(objectsIn(blocks).flatMap(momentOf))]
}

/** All that the message shows. `reposts`: those the world knows, of any post. */
export function foundIn(world: World, message: Message, reposts: readonly WorldPost[]): readonly Found[] {
  const ids = postsIn(message)
  const { channel } = message
  const { text, blocks = [] } = message
  const said = blocks.length === 0 ? text : JSON.stringify(blocks)
  // A digest's lines only count them.
  const names = /[Aa]lso reposted by| 🔁 \d/.test(said)
  const origins = new Set(ids.flatMap(id => originsIn(world, world.lookupEver(id))))
  const named = names
    ? reposts.filter(
        repost =>
          !ids.includes(repost.id) &&
          origins.has(originOf(world, repost) ?? '') &&
          (isNamed(world, repost, said) || / 🔁 \d| \d+ (?:more|others?)\b/.test(said)),
      )
    : []
  return [
    ...ids.map(postId => ({ channel, postId })),
    ...named.map(({ id: postId }) => ({ channel, postId, named: true })),
  ]
}

function isNamed(world: World, { authorId }: WorldPost, said: string): boolean {
  const { handle, name } = world.someone(authorId)
  // Where many posts share a message, long names are cut; whose name nobody could tell in time is somebody.
  return (
    said.includes(`/${handle}|`) || said.includes(name.slice(0, 10)) || /[Aa]lso reposted by [^"\n]*Somebody/.test(said)
  )
}

/** The first version of what a repost shows; of any other post, its own. */
function originOf(world: World, post: WorldPost | undefined): string | undefined {
  const shown = post?.kind === 'repost' && post.innerId !== undefined ? world.lookupEver(post.innerId) : post
  return shown?.history[0]
}

/** Of what a message shows for a post, what others may have reposted: a quote shows two posts. */
function originsIn(world: World, post: WorldPost | undefined): readonly string[] {
  const quoted = post?.kind === 'quote' && post.innerId !== undefined ? world.lookupEver(post.innerId) : undefined
  return [originOf(world, post), quoted?.history[0]].filter(origin => origin !== undefined)
}

const all = (text: string, pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map(([, id = '']) => id)

function momentOf(value: Readonly<Record<string, unknown>>): readonly string[] {
  const { type, url } = value
  return type === 'date' && typeof url === 'string' ? all(url, /\/status\/(\d+)/g) : []
}

/** Every object in a value of JSON, at any depth. */
function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn)
  if (typeof value !== 'object' || value === null) return []
  const fields: Readonly<Record<string, unknown>> = { ...value }
  return [fields, ...Object.values(fields).flatMap(objectsIn)]
}
