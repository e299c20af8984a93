/**
 * The X Activity API: subscriptions and their stream. What is known of it is in docs.x.com/x-api/activity/introduction and
 * …/event-payloads; where the pages disagree the caller chooses. Only `post.delete` is ever told: other events can be subscribed to and
 * stay silent. A deletion while nobody is connected is never told later, as there is no backfill for such apps.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createRandom, type Random } from '../world/random.ts'
import type { World, WorldPost } from '../world/world.ts'
import { ActivityBook, type AnswerShape, type Subscription } from './activity-book.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { parseJson } from './http.ts'
import type { Bill } from './meter.ts'
import * as problems from './problems.ts'
import { invalidParameter, isProblem, type Problem } from './problems.ts'
import { readSelection } from './select.ts'

export interface ActivityOptions {
  /** Default `list`. */
  readonly answer?: AnswerShape
  /** Whether a told deletion is charged as a post. X's page of prices says no, its introduction yes. Default false. */
  readonly billsDeletes?: boolean
  /** False: the app may not use it and hears 403 everywhere. Default true. */
  readonly access?: boolean
  /** Default 1,500. */
  readonly subscriptionsMax?: number
  /** Default 2. */
  readonly connectionsMax?: number
}

export interface ActivityTools {
  readonly world: World
  readonly bill: Bill
  readonly now: () => number
  readonly connection: ConnectionOptions
  readonly seed: number | string
  /** Called after anything that a test may wait for. */
  readonly changed: () => void
}

/** One deletion that was told. */
export interface Told {
  readonly postId: string
  readonly connection: string
}

/** A request for something under `/2/activity/`. */
export interface ActivityRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
}

export class Activity {
  access: boolean
  readonly told: Told[] = []
  /** All that ever were, oldest first. */
  readonly connections: Connection[] = []
  readonly #tools: ActivityTools
  readonly #options: ActivityOptions
  readonly #book: ActivityBook
  readonly #random: Random

  constructor(tools: ActivityTools, options: ActivityOptions = {}) {
    this.#tools = tools
    this.#options = options
    this.access = options.access ?? true
    const { answer: shape = 'list', subscriptionsMax: max = 1500 } = options
    this.#book = new ActivityBook({ max, shape }, tools.now)
    this.#random = createRandom(`activity:${tools.seed}`)
  }

  subscriptions(): readonly Subscription[] {
    return this.#book.list()
  }

  open(): readonly Connection[] {
    return this.connections.filter(connection => connection.open)
  }

  /** The answer; undefined when the response has become a stream. */
  answer(endpoint: string, asked: ActivityRequest): Problem | undefined {
    if (!this.access) return problems.notEnrolled
    if (endpoint === 'GET /2/activity/stream') return this.#connect(asked)
    const answer = this.#subscribe(endpoint, asked)
    this.#tools.changed()
    return answer
  }

  /** Tells everybody who listens that this version's post is gone; resolves when it is written. */
  async deleted(post: WorldPost): Promise<void> {
    const { world, bill, changed } = this.#tools
    const hidden = world.someone(post.authorId).state !== 'active'
    const hearing = hidden ? [] : this.#book.hearing('post.delete', post.authorId)
    for (const { eventType, userId, tag } of hearing) {
      const event = {
        event_uuid: randomUUID(),
        filter: { user_id: userId },
        event_type: eventType,
        ...(tag === undefined ? {} : { tag }),
        payload: { id: post.id, author_id: post.authorId },
      }
      const line = Buffer.from(`${JSON.stringify({ data: event })}\r\n`)
      await Promise.all(
        this.open().map(async connection => {
          if (!(await connection.enqueue(() => connection.writeLine(line)))) return
          this.told.push({ postId: post.id, connection: connection.id })
          if (this.#options.billsDeletes === true) bill.read([post.id], [])
        }),
      )
    }
    changed()
  }

  /** Writes this text to every open connection, after what is queued. */
  async sendRaw(text: string): Promise<void> {
    const bytes = Buffer.from(text)
    await Promise.all(this.open().map(connection => connection.enqueue(() => connection.write([bytes]))))
  }

  /** A TCP reset of every open connection, after what is queued. */
  async cut(): Promise<void> {
    await Promise.all(this.open().map(connection => connection.enqueue(() => connection.reset('reset'))))
  }

  #connect({ request, response, query }: ActivityRequest): Problem | undefined {
    for (const name of ['backfill_minutes', 'start_time', 'end_time']) {
      const value = query.get(name)
      if (value === null || (name === 'backfill_minutes' && value === '0')) continue
      return invalidParameter(name, [value], `The \`${name}\` query parameter is not available at your access level.`)
    }
    if (this.open().length >= (this.#options.connectionsMax ?? 2)) return problems.tooManyConnections
    const selection = readSelection(new URLSearchParams(), true)
    if (isProblem(selection)) return selection
    const { now, changed } = this.#tools
    // X was measured to send the headers with the first keep-alive here.
    const options = { ...this.#tools.connection, holdHeaders: true }
    const id = `activity-${this.connections.length + 1}`
    const connection = new Connection(id, request, response, selection, options, { random: this.#random, now })
    this.connections.push(connection)
    void connection.closed.then(changed)
    changed()
    return undefined
  }

  #subscribe(endpoint: string, { path, body }: ActivityRequest): Problem {
    switch (endpoint) {
      case 'GET /2/activity/subscriptions':
        return { status: 200, body: this.#book.page() }
      case 'POST /2/activity/subscriptions':
        return this.#book.add(parseJson(body))
      case 'DELETE /2/activity/subscriptions/:id':
        return this.#book.remove(path.split('/').at(-1) ?? '')
      default:
        return problems.notFound
    }
  }
}
