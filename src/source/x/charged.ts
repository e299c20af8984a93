/** What X charges for in one of its answers: each resource in `data` and `includes`. Pure. docs.x.com/x-api/getting-started/pricing */
import type { Reads, ReadVia } from '../../domain/reads.ts'
import type { Envelope } from './schema.ts'

export const nothingRead: Reads = { posts: [], inner: [], users: [] }

/** Told of everything that was paid for outside the stream. Called with something only. */
export type OnReads = (reads: Reads, via: ReadVia) => void

/** Which posts a post refers to, and whose names go with it. */
interface Concerned {
  readonly posts: readonly string[]
  readonly users: readonly string[]
}

/**
 * The resources of an answer with these items in `data`, told with the item that they go with; what goes with none of them is told with the
 * first. Something that goes with two is told twice: the ledger counts a resource once a day. Items that are not posts are read as far as
 * they have an id, since X charges for those too.
 */
export function chargedFor(items: readonly unknown[], { includes }: Pick<Envelope, 'includes'>): readonly Reads[] {
  const inner = idsOf(includes?.tweets ?? includes?.posts)
  const users = idsOf(includes?.users)
  const main = items.map(item => stringIn(item, 'id'))
  if (items.length <= 1) {
    const id = main[0]
    if (items.length === 0) return []
    return [{ posts: id === undefined ? [] : [id], inner: inner.filter(each => each !== id), users }]
  }
  const authors = new Map(
    (includes?.tweets ?? includes?.posts ?? []).flatMap(post => (post === null ? [] : [[post.id, post.author_id]])),
  )
  const concerned = items.map(item => concernedBy(item, authors))
  const restInner = without(inner, [...concerned.flatMap(each => each.posts), ...main])
  const restUsers = without(
    users,
    concerned.flatMap(each => each.users),
  )
  return concerned.map((mine, index) => {
    const id = main[index]
    return {
      posts: id === undefined ? [] : [id],
      inner: [...inner.filter(each => each !== id && mine.posts.includes(each)), ...(index === 0 ? restInner : [])],
      users: [...users.filter(each => mine.users.includes(each)), ...(index === 0 ? restUsers : [])],
    }
  })
}

function concernedBy(item: unknown, authors: ReadonlyMap<string, string>): Concerned {
  const references = [...listIn(item, 'referenced_tweets'), ...listIn(item, 'referenced_posts')]
  const posts = references.map(reference => stringIn(reference, 'id')).filter(id => id !== undefined)
  const users = [stringIn(item, 'author_id'), ...posts.map(id => authors.get(id))].filter(id => id !== undefined)
  return { posts, users }
}

function idsOf(items: readonly ({ readonly id: string } | null)[] | null | undefined): readonly string[] {
  return (items ?? []).flatMap(item => (item === null ? [] : [item.id]))
}

function without(all: readonly string[], some: readonly (string | undefined)[]): readonly string[] {
  const left = new Set(some)
  return all.filter(each => !left.has(each))
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined
}

function stringIn(value: unknown, key: string): string | undefined {
  const field = fieldOf(value, key)
  return typeof field === 'string' ? field : undefined
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const field = fieldOf(value, key)
  return Array.isArray(field) ? field : []
}
