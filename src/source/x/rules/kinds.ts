/**
 * Which kinds of posts are wanted → conditions that X can be asked with. Pure.
 *
 * X's `is:reply` is true for replies, for threads (replies to oneself), and for what quotes or reposts a reply; `to:` is true for what
 * answers that account itself. Our kinds go by what a post is in the first place: reposted, else quoted, else a thread, else a reply,
 * else an original. So "no replies" is not `-is:reply`: that loses quotes and reposts of replies, and threads, and each is asked for besides.
 * Whether X takes a repost of a quote for a quote is not documented, so no condition that is to let reposts through says anything of quotes.
 * docs.x.com/x-api/posts/filtered-stream/integrate/operators
 */
import type { Kinds } from '../../../domain/route.ts'

/** How an account stands in a rule: whatever it writes, what it writes in answer to itself, what it does not. */
export type Form = 'from' | 'self' | 'others'

/** What X's operators say of a post. */
interface Sort {
  readonly of: keyof Kinds
  readonly reply: boolean
  readonly quote: boolean
  readonly repost: boolean
  readonly self: boolean
}

const sort = (of: keyof Kinds, signs: Partial<Sort> = {}): Sort => ({
  of,
  reply: false,
  quote: false,
  repost: false,
  self: false,
  ...signs,
})

/** Every sort of post that the operators tell apart. */
const sorts: readonly Sort[] = [
  sort('original'),
  sort('quote', { quote: true }),
  sort('quote', { quote: true, reply: true }),
  sort('quote', { quote: true, reply: true, self: true }),
  sort('repost', { repost: true }),
  sort('repost', { repost: true, reply: true }),
  sort('thread', { reply: true, self: true }),
  sort('reply', { reply: true }),
]

interface Test {
  readonly text: string
  readonly holds: (sort: Sort) => boolean
}

const isReply: Test = { text: 'is:reply', holds: ({ reply }) => reply }
const isQuote: Test = { text: 'is:quote', holds: ({ quote }) => quote }
const isRepost: Test = { text: 'is:retweet', holds: ({ repost }) => repost }
const no = ({ text, holds }: Test): Test => ({ text: `-${text}`, holds: sort => !holds(sort) })
const any = (...tests: readonly Test[]): Test => ({
  text: `(${tests.map(({ text }) => text).join(' OR ')})`,
  holds: sort => tests.some(test => test.holds(sort)),
})

/** One rule's worth of kinds. */
export interface KindClause {
  readonly form: Form
  /** In X's language, to stand beside the accounts; empty: no condition. */
  readonly text: string
  /** A bit for each sort of post that it lets through: one clause makes another superfluous if it has all of its bits. */
  readonly passes: number
  /** Whether it lets any repost through. */
  readonly reposts: boolean
}

function clause(form: Form, ...tests: readonly Test[]): KindClause {
  const passed = sorts.map(
    sort => (form === 'from' || sort.self === (form === 'self')) && tests.every(test => test.holds(sort)),
  )
  return {
    form,
    text: tests.map(({ text }) => text).join(' '),
    passes: passed.reduce((bits, passes, at) => bits | (passes ? 1 << at : 0), 0),
    reposts: sorts.some((sort, at) => sort.repost && passed[at]),
  }
}

/** Asks for everything. */
export const everyKind = clause('from')

/** The fewest clauses that together let through all posts of an account of these kinds, and none of another kind. */
export function kindClauses({ original, quote, repost, thread, reply }: Kinds): readonly KindClause[] {
  const narrowed = [...(quote ? [] : [no(isQuote)]), ...(repost ? [] : [no(isRepost)])]
  if (thread && reply) {
    // Reposts are asked for apart where quotes are not wanted: X may take some for quotes.
    if (quote) {
      if (original) return [clause('from', ...narrowed)]
      return [
        repost ? clause('from', any(isReply, isQuote, isRepost)) : clause('from', any(isReply, isQuote), ...narrowed),
      ]
    }
    const own = clause('from', ...(original ? [] : [isReply]), ...narrowed)
    return repost ? [own, clause('from', isRepost)] : [own]
  }
  const clauses: KindClause[] = []
  if (original) clauses.push(clause('from', no(isReply), ...narrowed))
  if (quote && repost) clauses.push(clause('from', any(isQuote, isRepost)))
  else if (quote) clauses.push(clause('from', isQuote, no(isRepost)))
  else if (repost) clauses.push(clause('from', isRepost))
  if (thread) clauses.push(clause('self', ...(quote ? [] : [no(isQuote)])))
  // Originals have a clause of their own: one that begins with the author's own name may count as an answer to him.
  if (reply) clauses.push(clause('others', isReply, ...narrowed))
  return clauses
}

/** Of posts by anyone it cannot be asked whether they answer their own author: threads and replies are wanted together or not at all. */
export function kindsOfAnyone(kinds: Kinds): Kinds {
  const answers = kinds.thread || kinds.reply
  return { ...kinds, thread: answers, reply: answers }
}
