/** Who else reposted or quoted what a message shows, in the words that all messages have for it. Pure. */
import type { Shown } from '../../domain/content.ts'
import type { Author } from '../../domain/post.ts'

/** Those who shared it in one way. */
export interface Sharing {
  /** Before their names: "also reposted by". */
  readonly how: string
  readonly mark: string
  readonly authors: readonly Author[]
}

const ways = [
  { relation: 'repost', how: 'also reposted by', mark: '🔁' },
  { relation: 'quote', how: 'also quoted by', mark: '💬' },
] as const

/** Nothing for a way in which nobody did. */
export function sharings(also: Shown['also'] = []): readonly Sharing[] {
  return ways.flatMap(({ relation, how, mark }) => {
    const authors = also.filter(each => each.relation === relation).map(({ author }) => author)
    return authors.length === 0 ? [] : [{ how, mark, authors }]
  })
}

/** "A", "A and B", "A, B and 3 others", "5 others". */
export function listed(names: readonly string[], max: number): string {
  const shown = names.slice(0, max)
  const rest = names.length - shown.length
  const all = [...shown, ...(rest === 0 ? [] : [`${rest} ${rest === 1 ? 'other' : 'others'}`])]
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`
}
