/** What was found wrong, and the counts that are kept along the way. Everything in it is a sentence with its hour. */
import type { Bill } from '../../sim/x/meter.ts'
import { type Books, whatIsKnown } from './books.ts'
import type { Verdicts } from './judge.ts'

/** Micro-dollars a day: a few posts were in the sockets when a life ended, and nobody asked for them again on that day. */
const unreadMax = 100_000
/** Micro-dollars, docs.x.com/x-api/getting-started/pricing. */
const prices = { post: 5000, user: 10_000 } as const

/** Where to look. */
interface Place {
  /** Where the living one keeps its data. */
  readonly dir: string
  readonly secrets: readonly string[]
  takeLog(): readonly string[]
  readonly x: { readonly bill: Pick<Bill, 'days'> }
}

export class Findings {
  readonly failures: string[] = []
  readonly #place: Place
  readonly #told = new Set<string>()
  /** Ids of all posts that were ever stored. */
  readonly #stored = new Set<string>()
  /** Micro-dollars of a day that X charged for what was never read, at most. */
  unread = 0
  /** Posts, as the service says. */
  forgotten = 0

  constructor(place: Place) {
    this.#place = place
  }

  fail(when: string, what: string): void {
    this.failures.push(`${when}: ${what}`)
  }

  /** I3: what was counted as stored is what was there at some time; and what no row may be. */
  read(books: Books, when: string): void {
    for (const id of books.posts) this.#stored.add(id)
    if (books.stored !== this.#stored.size)
      this.fail(when, `I3: ${books.stored} posts were counted as stored, and ${this.#stored.size} were`)
    for (const wrong of books.wrong) this.fail(when, wrong)
  }

  /** I7, and what the service says is broken. */
  readLog(when: string): void {
    for (const line of this.#place.takeLog()) {
      if (this.#place.secrets.some(secret => line.includes(secret))) this.fail(when, 'I7: a secret is in the log')
      if (/a message could not be composed|Birdwire has to stop/.test(line)) this.fail(when, line.trim())
      const { msg, posts = 0 }: { msg?: string; posts?: number } = JSON.parse(line)
      if (msg?.startsWith('what is past its term')) this.forgotten += posts
    }
  }

  /** What X charged since `day` (YYYY-MM-DD) is in the ledger; what was in the sockets when a connection ended is charged, and was never read. */
  readBill({ spent }: Books, day: string, when: string): void {
    for (const { date, posts, users } of this.#place.x.bill.days()) {
      if (date < day) continue
      const billed = posts * prices.post + users * prices.user
      const known = spent.get(date) ?? 0
      this.unread = Math.max(this.unread, billed - known)
      if (billed < known || billed - known > unreadMax)
        this.fail(when, `X charged $${billed / 1e6} on ${date}, and the ledger says $${known / 1e6}`)
    }
  }

  /** Each once. */
  judged({ missing, twice, astray, pinging }: Omit<Verdicts, 'belong' | 'there' | 'either'>, when: string): void {
    for (const [what, pairs] of Object.entries({ missing, twice, astray }))
      for (const { channel, post, says } of pairs) {
        const key = `${what} ${channel} ${post}`
        if (this.#told.has(key)) continue
        this.#told.add(key)
        this.fail(when, `${what} in ${channel}: ${says}; the database: ${whatIsKnown(this.#place.dir, channel, post)}`)
      }
    for (const text of pinging) this.fail(when, `I8: it pings: ${text}`)
  }
}
