/**
 * Subscriptions of the X Activity API: what an app may ask for, and what X answers. No HTTP here and no stream.
 * docs.x.com/x-api/activity/introduction and …/quickstart. X's pages show three shapes for the answer to a new subscription, and none for
 * what it refuses; a client has to read them all.
 */
import { isoTime, type Json } from './objects.ts'
import { invalidParameter, notFound, type Problem } from './problems.ts'

export interface Subscription {
  readonly id: string
  readonly eventType: string
  readonly userId: string
  readonly tag: string | undefined
  /** Epoch ms. */
  readonly createdAt: number
}

/** How a new subscription is answered: `list` `{data:[…],meta}`, `plain` `{data:{…}}`, `wrapped` `{data:{subscription:{…}}}`. */
export type AnswerShape = 'list' | 'plain' | 'wrapped'

/** What an app may hear with its own token alone; everything else belongs to a user who has to agree. */
const publicEvents = new Set([
  'post.create',
  'post.delete',
  'profile.update.bio',
  'profile.update.profile_picture',
  'profile.update.banner_picture',
  'profile.update.screenname',
  'profile.update.geo',
  'profile.update.url',
  'profile.update.verified_badge',
  'broadcast.start',
  'broadcast.end',
])
const tagCharsMax = 200
const userIdPattern = /^[0-9]{1,19}$/

export class ActivityBook {
  readonly #max: number
  readonly #shape: AnswerShape
  readonly #now: () => number
  readonly #subscriptions = new Map<string, Subscription>()
  #made = 0

  constructor(options: { readonly max: number; readonly shape: AnswerShape }, now: () => number) {
    this.#max = options.max
    this.#shape = options.shape
    this.#now = now
  }

  /** Oldest first. */
  list(): readonly Subscription[] {
    return [...this.#subscriptions.values()]
  }

  /** Those that hear of this event of that person. */
  hearing(eventType: string, userId: string): readonly Subscription[] {
    return this.list().filter(each => each.eventType === eventType && each.userId === userId)
  }

  /** The answer of `GET /2/activity/subscriptions`. */
  page(): Json {
    const data = this.list().map(toJson)
    return { data, meta: { total_subscriptions: data.length } }
  }

  /** The answer of `POST /2/activity/subscriptions`; `body` is parsed JSON, undefined when it was none. */
  add(body: unknown): Problem {
    const asked = read(body)
    if ('status' in asked) return asked
    const { eventType, userId } = asked
    if (this.hearing(eventType, userId).length > 0)
      return invalidParameter(
        'filter',
        [userId],
        `DuplicateSubscription: a subscription to ${eventType} with this filter already exists.`,
      )
    if (this.#subscriptions.size >= this.#max)
      return invalidParameter('filter', [userId], `You have exceeded the maximum of ${this.#max} subscriptions.`)
    this.#made += 1
    const id = String(1_990_000_000_000_000_000n + BigInt(this.#made))
    const made: Subscription = { id, ...asked, createdAt: this.#now() }
    this.#subscriptions.set(id, made)
    const json = toJson(made)
    if (this.#shape === 'wrapped') return { status: 200, body: { data: { subscription: json } } }
    if (this.#shape === 'plain') return { status: 200, body: { data: json } }
    return { status: 200, body: { data: [json], meta: { total_subscriptions: this.#subscriptions.size } } }
  }

  /** The answer of `DELETE /2/activity/subscriptions/:id`. */
  remove(id: string): Problem {
    return this.#subscriptions.delete(id) ? { status: 200, body: { data: { deleted: true } } } : notFound
  }
}

function toJson({ id, eventType, userId, tag, createdAt }: Subscription): Json {
  const at = isoTime(createdAt)
  return {
    subscription_id: id,
    event_type: eventType,
    filter: { user_id: userId },
    ...(tag === undefined ? {} : { tag }),
    created_at: at,
    updated_at: at,
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a body asks for, or why X does not take it. */
function read(body: unknown): Pick<Subscription, 'eventType' | 'userId' | 'tag'> | Problem {
  if (!isObject(body)) return invalidParameter('body', [], 'The request body is not valid JSON.')
  const { event_type: eventType, filter, tag } = body
  if (typeof eventType !== 'string' || !publicEvents.has(eventType))
    return invalidParameter('event_type', [String(eventType)], `[${String(eventType)}] is not an event of this token.`)
  const userId = isObject(filter) ? filter['user_id'] : undefined
  if (
    !isObject(filter) ||
    Object.keys(filter).length !== 1 ||
    typeof userId !== 'string' ||
    !userIdPattern.test(userId)
  )
    return invalidParameter('filter', [JSON.stringify(filter) ?? ''], `The filter must be one user_id.`)
  if (tag !== undefined && (typeof tag !== 'string' || tag.length < 1 || tag.length > tagCharsMax))
    return invalidParameter('tag', [String(tag)], `The tag must have between 1 and ${tagCharsMax} characters.`)
  return { eventType, userId, tag }
}
