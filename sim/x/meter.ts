/**
 * What the app has read and what X would charge for it: each post, each person and each list once a UTC day
 * (docs.x.com/x-api/getting-started/pricing). Also the windows of X's rate limits. Both count; neither refuses by itself.
 */
import type { Json } from './objects.ts'

/** USD, docs.x.com/x-api/getting-started/pricing (2026-08-22). */
export const prices = { post: 0.005, user: 0.01, list: 0.005 } as const

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** What an app may read: USD in all, posts in a calendar month. Undefined: no end. */
export interface Allotment {
  readonly credits?: number | undefined
  readonly postCap?: number | undefined
}

interface Day {
  readonly posts: Set<string>
  readonly users: Set<string>
  readonly lists: Set<string>
}

export class Bill {
  readonly #now: () => number
  readonly #allotment: Allotment
  readonly #days = new Map<string, Day>()

  constructor(now: () => number, allotment: Allotment = {}) {
    this.#now = now
    this.#allotment = allotment
  }

  /** What is used up now; undefined: nothing is. */
  over(): 'credits' | 'cap' | undefined {
    const { credits, postCap } = this.#allotment
    if (credits !== undefined && this.total().usd >= credits) return 'credits'
    return postCap !== undefined && this.#month() >= postCap ? 'cap' : undefined
  }

  /** Counts what an answer or a line holds: posts in `data` and in `includes` alike, each once a day. */
  read(posts: readonly string[], users: readonly string[], lists: readonly string[] = []): void {
    const day = dayOf(this.#now())
    const today = this.#days.get(day) ?? { posts: new Set(), users: new Set(), lists: new Set() }
    this.#days.set(day, today)
    for (const id of posts) today.posts.add(id)
    for (const id of users) today.users.add(id)
    for (const id of lists) today.lists.add(id)
  }

  /** All days together. */
  total(): { readonly posts: number; readonly users: number; readonly usd: number } {
    let posts = 0
    let users = 0
    let lists = 0
    for (const day of this.#days.values()) {
      posts += day.posts.size
      users += day.users.size
      lists += day.lists.size
    }
    return { posts, users, usd: posts * prices.post + users * prices.user + lists * prices.list }
  }

  /** Per UTC day, oldest first. */
  days(): readonly { readonly date: string; readonly posts: number; readonly users: number }[] {
    return [...this.#days].map(([date, { posts, users }]) => ({ date, posts: posts.size, users: users.size }))
  }

  /** The ids of the posts that were paid for on this UTC day (YYYY-MM-DD), or on any; each once, in the order of reading. */
  postIds(date?: string): readonly string[] {
    const days = date === undefined ? [...this.#days.values()] : [this.#days.get(date)]
    return [...new Set(days.flatMap(day => [...(day?.posts ?? [])]))]
  }

  /** As `postIds`, for people. */
  userIds(date?: string): readonly string[] {
    const days = date === undefined ? [...this.#days.values()] : [this.#days.get(date)]
    return [...new Set(days.flatMap(day => [...(day?.users ?? [])]))]
  }

  /** Posts of the current calendar month. */
  #month(): number {
    const month = dayOf(this.#now()).slice(0, 7)
    return this.days().reduce((sum, { date, posts }) => (date.startsWith(month) ? sum + posts : sum), 0)
  }

  /**
   * The answer of `GET /2/usage/tweets` for this many days up to today; numbers are strings there. The two lists of days only
   * where they are asked for.
   */
  usage(days: number, fields: readonly string[], clientAppId: string): Json {
    const oldest = dayOf(this.#now() - (days - 1) * 86_400_000)
    const usage = this.days()
      .filter(({ date }) => date >= oldest)
      .map(({ date, posts }) => ({ date: `${date}T00:00:00.000Z`, usage: String(posts) }))
    const project = { project_id: '1234567890' }
    const asked = (field: string, value: unknown) => (fields.includes(field) ? { [field]: value } : {})
    return {
      data: {
        cap_reset_day: 21,
        ...project,
        project_cap: String(this.#allotment.postCap ?? 3_000_000),
        project_usage: String(this.#month()),
        ...asked('daily_project_usage', { ...project, usage }),
        ...asked('daily_client_app_usage', [{ client_app_id: clientAppId, usage_result_count: usage.length, usage }]),
      },
    }
  }
}

const rateWindowMs = 15 * 60_000

/** Requests an app may make in 15 minutes (docs.x.com/x-api/fundamentals/rate-limits; …/users/follows and …/lists for theirs). */
export const rateLimits: Readonly<Record<string, number>> = {
  'GET /2/tweets/search/stream': 50,
  'GET /2/tweets/search/stream/rules': 450,
  'GET /2/tweets/search/stream/rules/counts': 450,
  'POST /2/tweets/search/stream/rules': 100,
  'GET /2/tweets/search/recent': 450,
  'GET /2/users/by': 300,
  'GET /2/users': 300,
  'GET /2/users/by/username/:username': 300,
  'GET /2/users/:id/tweets': 10_000,
  'GET /2/users/:id/following': 15,
  'GET /2/lists/:id': 75,
  'GET /2/lists/:id/members': 900,
  'GET /2/tweets': 3500,
  'GET /2/usage/tweets': 50,
  'GET /2/usage/credits': 50,
  'GET /2/activity/stream': 450,
  'GET /2/activity/subscriptions': 500,
  'POST /2/activity/subscriptions': 500,
  'DELETE /2/activity/subscriptions/:id': 500,
  'GET /2/connections': 450,
  'DELETE /2/connections': 25,
  'DELETE /2/connections/all': 25,
  'DELETE /2/connections/:endpoint': 25,
}

export interface Allowance {
  readonly limit: number
  readonly remaining: number
  /** Epoch seconds. */
  readonly reset: number
  readonly exceeded: boolean
}

export class RateWindows {
  readonly #now: () => number
  readonly #limits: Readonly<Record<string, number>>
  readonly #windows = new Map<string, { readonly until: number; used: number }>()

  constructor(now: () => number, overrides: Readonly<Record<string, number>> = {}) {
    this.#now = now
    this.#limits = { ...rateLimits, ...overrides }
  }

  /** Counts one request against its endpoint's window. Undefined for an endpoint without a limit. */
  use(endpoint: string): Allowance | undefined {
    const limit = this.#limits[endpoint]
    if (limit === undefined) return undefined
    const now = this.#now()
    let window = this.#windows.get(endpoint)
    if (window === undefined || window.until <= now) {
      window = { until: now + rateWindowMs, used: 0 }
      this.#windows.set(endpoint, window)
    }
    window.used++
    const remaining = Math.max(0, limit - window.used)
    return { limit, remaining, reset: Math.ceil(window.until / 1000), exceeded: window.used > limit }
  }
}
