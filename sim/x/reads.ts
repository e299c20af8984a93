/**
 * The REST reads: people, timelines, posts by id, recent search. Each takes a query and answers with JSON and what it
 * read, or with a problem (docs.x.com/x-api/users/lookup, …/posts/timelines, …/posts/lookup, …/posts/search). No HTTP here.
 */
import { compareIds, snowflake, snowflakeTime, type World, type WorldPost } from '../world/world.ts'
import { envelop } from './envelope.ts'
import { parseRule, type RuleNode } from './grammar.ts'
import { matches, prepare } from './match.ts'
import { isoTime, type Json, userJson } from './objects.ts'
import { invalidParameter, isProblem, type Problem, partialError } from './problems.ts'
import { readSelection, type Selection } from './select.ts'

export interface Read {
  readonly status: number
  readonly body: Json
  readonly read: {
    readonly posts: readonly string[]
    readonly users: readonly string[]
    readonly lists?: readonly string[]
  }
}

export interface ReadTools {
  readonly world: World
  /** People of a capture that is being replayed, as X wrote them. */
  readonly captured: readonly Json[]
  readonly imageBase: () => string
  readonly now: () => number
  /** Accept unknown field values instead of refusing them. */
  readonly lenientFields: boolean
  /** How long a post takes to be found by search. X's default `end_time` is 30 s ago (docs.x.com/…/search/integrate/paginate). */
  readonly searchLagMs: number
  /** Whether a search by `from:` alone returns reposts; searches with keywords have not since May 2026. */
  readonly searchReposts: boolean
}

const weekMs = 7 * 86_400_000
const handle = /^[A-Za-z0-9_]{1,15}$/
const timelineMax = 3200

export class Reads {
  readonly #tools: ReadTools

  constructor(tools: ReadTools) {
    this.#tools = tools
  }

  /** `GET /2/users/by`, `/2/users`, and with one name `/2/users/by/username/:username`. */
  users(by: 'usernames' | 'ids' | 'username', wanted: readonly string[], query: URLSearchParams): Read | Problem {
    const selection = readSelection(query, this.#tools.lenientFields)
    if (isProblem(selection)) return selection
    const pattern = by === 'ids' ? /^[0-9]{1,19}$/ : handle
    const bad = wanted.find(each => !pattern.test(each))
    if (bad !== undefined || wanted.length === 0) {
      const message = `The \`${by}\` query parameter value [${bad ?? ''}] does not match ${pattern.source}`
      return invalidParameter(by, [bad ?? ''], message)
    }
    if (wanted.length > 100) {
      return invalidParameter(
        by,
        wanted,
        `The number of values in the \`${by}\` query parameter list [${wanted.length}] is not between 1 and 100`,
      )
    }
    const errors: Json[] = []
    const found = new Map<string, Json>()
    for (const each of wanted) {
      const user = this.#find(each, by === 'ids')
      if (user === undefined || user.state === 'suspended') {
        const reason = user === undefined ? 'missing' : 'suspended'
        errors.push(partialError(reason, { kind: 'user', parameter: by, value: each }))
      } else found.set(String(user.json['id']), selection.user(user.json))
    }
    const users = [...found.values()]
    const data = by === 'username' ? users[0] : users
    return {
      status: 200,
      body: selection.spell({
        ...(users.length === 0 ? {} : { data }),
        ...(errors.length === 0 ? {} : { errors }),
      }),
      read: { posts: [], users: [...found.keys()] },
    }
  }

  /** `GET /2/tweets?ids=`. */
  posts(query: URLSearchParams): Read | Problem {
    const selection = readSelection(query, this.#tools.lenientFields)
    if (isProblem(selection)) return selection
    const ids = (query.get('ids') ?? '').split(',')
    const bad = ids.find(id => !/^[0-9]{1,19}$/.test(id))
    if (bad !== undefined || ids.length > 100) {
      return invalidParameter('ids', ids, `The \`ids\` query parameter value [${bad ?? ids.length}] is not valid`)
    }
    const errors: Json[] = []
    const posts: WorldPost[] = []
    for (const id of ids) {
      const post = this.#tools.world.lookup(id)
      const state = post === undefined ? undefined : this.#tools.world.user(post.authorId)?.state
      if (post !== undefined && state === 'active') posts.push(post)
      else
        errors.push(
          partialError(post === undefined ? 'missing' : 'protected', { kind: 'tweet', parameter: 'ids', value: id }),
        )
    }
    return this.#answer(posts, selection, errors, {})
  }

  /** `GET /2/users/:id/tweets`: newest first, with replies and reposts unless excluded. */
  timeline(userId: string, query: URLSearchParams): Read | Problem {
    const selection = readSelection(query, this.#tools.lenientFields)
    if (isProblem(selection)) return selection
    const size = readSize(query, 5, 100)
    if (typeof size !== 'number') return size
    const user = this.#find(userId, true)
    if (user === undefined || user.state !== 'active') {
      const reason = user === undefined ? 'missing' : user.state === 'suspended' ? 'suspended' : 'protected'
      const error = partialError(reason, { kind: 'user', parameter: 'id', value: userId })
      return { status: 200, body: { errors: [error] }, read: { posts: [], users: [] } }
    }
    const exclude = (query.get('exclude') ?? '').split(',').filter(each => each !== '')
    const odd = exclude.find(each => each !== 'replies' && each !== 'retweets')
    if (odd !== undefined) {
      const message = `The \`exclude\` query parameter value [${odd}] is not one of [replies,retweets]`
      return invalidParameter('exclude', exclude, message)
    }
    const wrong = badIds(query)
    if (wrong !== undefined) return wrong
    const posts = this.#tools.world
      .timeline(userId)
      .slice(0, timelineMax)
      .filter(post => !(exclude.includes('replies') && post.replyTo !== undefined))
      .filter(post => !(exclude.includes('retweets') && post.kind === 'repost'))
      .filter(within(query, undefined))
    return this.#page(posts, size, query, selection)
  }

  /** `GET /2/tweets/search/recent`. */
  search(query: URLSearchParams): Read | Problem {
    const { now, searchLagMs, world } = this.#tools
    const selection = readSelection(query, this.#tools.lenientFields)
    if (isProblem(selection)) return selection
    const size = readSize(query, 10, 100)
    if (typeof size !== 'number') return size
    const text = query.get('query') ?? ''
    if (text === '' || [...text].length > 512) {
      const message = `The \`query\` query parameter length [${[...text].length}] is not between 1 and 512`
      return invalidParameter('query', [text], message)
    }
    const parsed = parseRule(text, 'search')
    if ('details' in parsed) {
      return invalidParameter(
        'query',
        [text],
        `There were errors processing your request: ${parsed.details.join(', ')}`,
      )
    }
    const wrongTime = checkTimes(query, now())
    if (wrongTime !== undefined) return wrongTime
    const withReposts = this.#tools.searchReposts && !hasKeyword(parsed.tree)
    const posts = world
      .posts()
      .filter(post => post.createdAt > now() - weekMs && world.user(post.authorId)?.state === 'active')
      .filter(within(query, now() - searchLagMs))
      .filter(post => withReposts || post.kind !== 'repost')
      .filter(post => matches(parsed.tree, prepare(world, post, 'search')))
      .reverse()
    return this.#page(posts, size, query, selection)
  }

  #find(idOrHandle: string, byId: boolean): { json: Json; state: 'active' | 'protected' | 'suspended' } | undefined {
    const { captured, world, imageBase } = this.#tools
    const key = byId ? 'id' : 'username'
    const json = captured.find(user => String(user[key]).toLowerCase() === idOrHandle.toLowerCase())
    if (json !== undefined) return { json, state: 'active' }
    const user = world.user(idOrHandle)
    // A handle made of digits is not an id, nor the other way round.
    if (user === undefined || (user.id === idOrHandle) !== byId) return undefined
    return { json: userJson(world, user, imageBase()), state: user.state }
  }

  #page(posts: readonly WorldPost[], size: number, query: URLSearchParams, selection: Selection): Read {
    const token = query.get('pagination_token') ?? query.get('next_token')
    const before = token === null ? undefined : Buffer.from(token, 'base64url').toString()
    const rest = before === undefined ? posts : posts.filter(post => compareIds(post.id, before) < 0)
    const page = rest.slice(0, size)
    const newest = page.at(0)
    const oldest = page.at(-1)
    const more = rest.length > page.length && oldest !== undefined
    return this.#answer(page, selection, [], {
      meta: {
        ...(newest === undefined || oldest === undefined ? {} : { newest_id: newest.id, oldest_id: oldest.id }),
        result_count: page.length,
        ...(more ? { next_token: Buffer.from(oldest.id).toString('base64url') } : {}),
      },
    })
  }

  #answer(posts: readonly WorldPost[], selection: Selection, errors: readonly Json[], meta: Json): Read {
    const { world, imageBase } = this.#tools
    const envelope = envelop(world, posts, selection, imageBase())
    const all = [...errors, ...(envelope.errors ?? [])]
    return {
      status: 200,
      body: selection.spell({
        ...(posts.length === 0 ? {} : { data: envelope.data }),
        ...(envelope.includes === undefined ? {} : { includes: envelope.includes }),
        ...(all.length === 0 ? {} : { errors: all }),
        ...meta,
      }),
      read: envelope.read,
    }
  }
}

function readSize(query: URLSearchParams, min: number, max: number): number | Problem {
  const value = query.get('max_results') ?? '10'
  const size = Number(value)
  if (Number.isInteger(size) && size >= min && size <= max) return size
  return invalidParameter(
    'max_results',
    [value],
    `The \`max_results\` query parameter value [${value}] is not between ${min} and ${max}`,
  )
}

/** Since and until, by id (both exclusive) and by time (start inclusive, end exclusive). */
function within(query: URLSearchParams, latest: number | undefined): (post: WorldPost) => boolean {
  const since = query.get('since_id')
  const until = query.get('until_id')
  const start = query.get('start_time')
  const end = query.get('end_time')
  const before = end === null ? latest : Date.parse(end)
  return post =>
    (since === null || compareIds(post.id, since) > 0) &&
    (until === null || compareIds(post.id, until) < 0) &&
    (start === null || post.createdAt >= Date.parse(start)) &&
    (before === undefined || snowflakeTime(post.id) < before)
}

function badIds(query: URLSearchParams): Problem | undefined {
  for (const name of ['since_id', 'until_id']) {
    const value = query.get(name)
    if (value !== null && !/^[0-9]{1,19}$/.test(value))
      return invalidParameter(name, [value], `The \`${name}\` query parameter value [${value}] is not valid`)
  }
  return undefined
}

/** Search refuses times younger than ten seconds and anything older than seven days, in these words. */
function checkTimes(query: URLSearchParams, now: number): Problem | undefined {
  for (const name of ['start_time', 'end_time'] as const) {
    const value = query.get(name)
    if (value === null) continue
    const at = Date.parse(value)
    if (Number.isNaN(at)) {
      return invalidParameter(
        name,
        [value],
        `The \`${name}\` query parameter value [${value}] is not a valid date-time`,
      )
    }
    if (at > now - 10_000) {
      return invalidParameter(name, [value], `'${name}' must be a minimum of 10 seconds prior to the request time.`)
    }
    if (at < now - weekMs) {
      const oldest = isoTime(now - weekMs).slice(0, 16)
      return invalidParameter(name, [value], `Invalid '${name}':'${value}'. '${name}' must be on or after ${oldest}Z`)
    }
  }
  for (const [id, time] of [
    ['since_id', 'start_time'],
    ['until_id', 'end_time'],
  ] as const) {
    if (query.has(id) && query.has(time))
      return invalidParameter(id, [query.get(id) ?? ''], `'${id}' and '${time}' cannot be used together`)
  }
  const wrong = badIds(query)
  const since = query.get('since_id')
  if (wrong !== undefined || since === null) return wrong
  if (snowflakeTime(since) >= now - weekMs) return undefined
  const oldest = `${isoTime(now - weekMs).slice(0, 16)}Z`
  const advice = `Please use a 'since_id' that is larger than ${snowflake(now - weekMs)}`
  return invalidParameter('since_id', [since], `'since_id' must be a tweet id created after ${oldest}. ${advice}`)
}

/** Whether a query asks for words, and not only for people. */
function hasKeyword(node: RuleNode): boolean {
  if ('children' in node) return node.children.some(hasKeyword)
  if ('child' in node) return false
  return node.kind !== 'operator'
}
