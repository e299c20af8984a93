/**
 * Decides what happens next in the world: who writes, what kind of post, about what. All chance comes from the world's
 * own random numbers. It writes drafts; the world makes them true.
 */
import type { Draft, WorldPost, WorldUser } from './model.ts'
import { alts, answers, cashtags, comments, hostile, links, polls, sentences, tags } from './phrases.ts'
import type { Random } from './random.ts'

type Move =
  | 'plain'
  | 'repost'
  | 'quote'
  | 'thread'
  | 'reply'
  | 'edit'
  | 'long'
  | 'poll'
  | 'photos'
  | 'video'
  | 'hostile'

/** About the mix of a group's real week: mostly plain posts, a third of the time about somebody else's. */
const mix: Readonly<Record<Move, number>> = {
  plain: 34,
  repost: 14,
  quote: 12,
  thread: 6,
  reply: 10,
  edit: 4,
  long: 5,
  poll: 2,
  photos: 8,
  video: 2,
  hostile: 3,
}

/** How far back people look for something to answer, quote, repost or edit. */
const memory = 60

/** What the writer sees of the world. */
export interface Scene {
  users(): readonly WorldUser[]
  /** The newest posts, at most so many, oldest first. */
  recent(count: number): readonly WorldPost[]
}

export function writeDraft(world: Scene, random: Random): Draft {
  const people = world.users().filter(user => user.state !== 'suspended')
  const author = random.pick(people)
  const recent = world.recent(memory)
  const move = random.weighted(mix)
  const others = recent.filter(post => post.authorId !== author.id && isPublic(post, people) && post.kind !== 'repost')
  const own = recent.filter(post => post.authorId === author.id && post.kind !== 'repost')
  const editable = own.filter(post => canEdit(post, recent))
  const text = () => sentence(random, author, people)
  switch (move) {
    case 'repost':
      return others.length === 0 ? plain(author, text()) : { author: author.id, repost: random.pick(others).id }
    case 'quote':
      if (others.length === 0) return plain(author, text())
      return { author: author.id, text: random.pick(comments), quote: random.pick(others).id }
    case 'reply':
      if (others.length === 0) return plain(author, text())
      return { author: author.id, text: random.pick(answers), replyTo: random.pick(others).id }
    case 'thread':
      return own.length === 0
        ? plain(author, text())
        : { author: author.id, text: text(), replyTo: random.pick(own).id }
    case 'edit': {
      if (editable.length === 0) return plain(author, text())
      return { author: author.id, text: `${text()} (corrected)`, editOf: random.pick(editable).id }
    }
    case 'long':
      return plain(author, Array.from({ length: 6 }, text).join('\n\n'))
    case 'poll':
      return { author: author.id, text: 'A question for Friday:', poll: random.pick(polls) }
    case 'photos':
      return { author: author.id, text: text(), media: photos(random) }
    case 'video':
      return { author: author.id, text: text(), media: [{ kind: random.chance(0.5) ? 'video' : 'gif' }] }
    case 'hostile':
      return plain(author, random.pick(hostile))
    case 'plain':
      return plain(author, text())
  }
}

function plain(author: WorldUser, text: string): Draft {
  return { author: author.id, text }
}

/** Whether another may quote, answer or repost it: nobody sees what a protected account writes. */
function isPublic(post: WorldPost, people: readonly WorldUser[]): boolean {
  return people.some(user => user.id === post.authorId && user.state === 'active')
}

/** X lets only the newest version be edited, at most five times, never a reply to others or a poll (docs.x.com …/edit-posts). */
function canEdit(post: WorldPost, recent: readonly WorldPost[]): boolean {
  const newest = !recent.some(other => other.history.includes(post.id) && other.id !== post.id)
  return newest && post.history.length < 6 && post.kind !== 'reply' && post.poll === undefined
}

function photos(random: Random): NonNullable<Draft['media']> {
  return Array.from({ length: random.int(1, 4) }, () =>
    random.chance(0.8) ? { kind: 'photo', alt: random.pick(alts) } : { kind: 'photo' },
  )
}

function sentence(random: Random, author: WorldUser, people: readonly WorldUser[]): string {
  const native = sentences[author.lang]
  const english = sentences['en'] ?? []
  let text = random.pick(native !== undefined && random.chance(0.6) ? native : english)
  if (random.chance(0.2)) text = `${text} #${random.pick(tags)}`
  if (random.chance(0.05)) text = `${text} ${random.pick(cashtags)}`
  if (random.chance(0.2)) text = `${text} ${random.pick(links)}`
  if (random.chance(0.12)) text = `@${random.pick(people).handle} ${text}`
  if (random.chance(0.08)) text = `${text} cc @${random.pick(people).handle}`
  return text
}
