/**
 * The routes of one source as they are now: in memory for the matcher, and as what channels want fetched. `refresh` after every
 * change in the store; when it resolves, the next post is matched against the new routes, and a source that waits has been woken.
 * What of it may be read is the economy's business (`economy.ts`).
 */
import type { Account } from '../domain/account.ts'
import type { Author, Post, SourceName } from '../domain/post.ts'
import type { Route } from '../domain/route.ts'
import type { Store } from '../store/store.ts'

/** What keeps the routes for matching: `Matcher`. */
export interface RouteIndex {
  set(route: Route): void
  remove(channel: string, source: SourceName): void
}

export interface RouteBookOptions {
  readonly source: SourceName
  readonly store: Pick<Store, 'routes' | 'refreshAccounts'>
  readonly matcher: RouteIndex
}

export class RouteBook {
  readonly #options: RouteBookOptions
  #routes = new Map<string, { readonly route: Route; readonly written: string }>()
  #current: readonly Route[] = []
  #accounts = new Map<string, Account>()
  readonly #waiting = new Set<() => void>()
  /** Settles when every refresh asked for so far is through: they must not overtake each other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: RouteBookOptions) {
    this.#options = options
  }

  /** The routes of the source, paused ones left out; the same array until something changes. */
  current(): readonly Route[] {
    return this.#current
  }

  /** Whether any channel follows the account. */
  follows(account: string): boolean {
    return this.#accounts.has(account)
  }

  /** Resolves after the next change of `current()`, the next `wake`, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    this.#waiting.add(wake)
    signal.addEventListener('abort', wake)
    return promise.finally(() => {
      this.#waiting.delete(wake)
      signal.removeEventListener('abort', wake)
    })
  }

  /** Something else has changed that whoever waits has to know. */
  wake(): void {
    for (const wake of [...this.#waiting]) wake()
  }

  /** Reads the routes anew. Rejects when the store does; the routes then stay as they were. */
  refresh(): Promise<void> {
    const done = this.#last.then(async () => this.#take(await this.#options.store.routes()))
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Keeps the names of the accounts that are followed as their posts show them: people rename themselves, ids stay. */
  async meet(posts: readonly Post[]): Promise<void> {
    const latest = new Map(posts.map(({ author }) => [author.id, author]))
    const renamed = [...latest.values()].flatMap(author => {
      const known = this.#accounts.get(author.id)
      return known !== undefined && isRenamed(known, author) ? [{ ...known, ...shown(author) }] : []
    })
    if (renamed.length === 0) return
    await this.#options.store.refreshAccounts(renamed)
    await this.refresh()
  }

  #take(all: readonly Route[]): void {
    const { source, matcher } = this.#options
    const before = this.#current
    const routes = new Map<string, { readonly route: Route; readonly written: string }>()
    for (const route of all.filter(route => route.source === source)) {
      const written = JSON.stringify(route)
      const known = this.#routes.get(route.channel)
      const same = known?.written === written
      if (!same) matcher.set(route)
      routes.set(route.channel, same ? known : { route, written })
    }
    for (const channel of this.#routes.keys()) if (!routes.has(channel)) matcher.remove(channel, source)
    this.#routes = routes
    this.#accounts = new Map([...routes.values()].flatMap(({ route }) => route.follows.map(a => [a.id, a] as const)))
    this.#current = [...routes.values()].map(({ route }) => route).filter(route => !route.paused)
    const same = before.length === this.#current.length && before.every((route, n) => route === this.#current[n])
    if (!same) this.wake()
  }
}

function isRenamed(known: Account, author: Author): boolean {
  if (author.handle === '') return false
  const avatarUrl = author.avatarUrl ?? known.avatarUrl
  return known.handle !== author.handle || known.name !== author.name || known.avatarUrl !== avatarUrl
}

function shown({ handle, name, avatarUrl }: Author): Pick<Account, 'handle' | 'name' | 'avatarUrl'> {
  return { handle, name, ...(avatarUrl === undefined ? {} : { avatarUrl }) }
}
