/**
 * Watches both simulators and the service, and tells what happens: numbers, the state of the stream, the proof, and a list of events in
 * words. It looks often and compares; it changes nothing.
 */
import type { CallRecord, SimMessage, SlackSim } from '../slack/server.ts'
import type { XSim } from '../x/server.ts'
import type { Book } from './ledger.ts'
import type { Found } from './oracle.ts'
import { askService, type ServiceAnswer } from './service-side.ts'
import { foundIn } from './shown-posts.ts'
import { lookAt, type StreamLook, streamWords } from './stream-look.ts'
import type { WayEvent, WayView } from './types.ts'
import { againWords, gapWords, postWords, seconds, troubleWords } from './words.ts'

/** Events kept for the page. */
const eventsMax = 60
/** Between two looks at the simulators, and two questions to the service. */
const lookMs = 250
const askMs = 1000

export interface WatchTools {
  readonly x: XSim
  readonly slack: SlackSim
  readonly book: Book
  readonly serviceUrl: string
  readonly now: () => number
  /** Something changed. */
  readonly changed: () => void
}

export class Watch {
  readonly #tools: WatchTools
  readonly #startedAt: number
  readonly #events: WayEvent[] = []
  readonly #found: Found[] = []
  readonly #refused = new Map<string, CallRecord>()
  readonly #gaps = new Map<number, string>()
  readonly #timers: NodeJS.Timeout[]
  #eventId = 0
  #calls = 0
  #look: StreamLook
  #wholeSince: number | undefined
  #lostAt: number | undefined
  #stalledAt = 0
  #service: ServiceAnswer | undefined
  #answeredAt = 0
  #shown = ''

  constructor(tools: WatchTools) {
    this.#tools = tools
    this.#startedAt = tools.now()
    this.#look = lookAt(tools.x, this.#startedAt, 0)
    tools.slack.on('message', this.#onMessage)
    tools.slack.on('updated', this.#onUpdated)
    this.#timers = [setInterval(() => this.look(), lookMs), setInterval(() => void this.#ask(), askMs)]
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer)
    this.#tools.slack.off('message', this.#onMessage)
    this.#tools.slack.off('updated', this.#onUpdated)
  }

  /** Adds an event. */
  say(tone: WayEvent['tone'], text: string): void {
    this.#eventId += 1
    this.#events.push({ id: this.#eventId, at: this.#tools.now(), tone, text })
    if (this.#events.length > eventsMax) this.#events.shift()
    this.#tools.changed()
  }

  /** The stream is asked to fall silent now. */
  stalling(): void {
    this.#stalledAt = this.#tools.now()
  }

  view(): WayView {
    const { x, book, now } = this.#tools
    const lanes = this.#service?.lanes ?? []
    const stored = (this.#service?.tallies ?? []).filter(({ result }) => result === 'stored')
    const proof = book.prove(this.#found, this.#wholeSince)
    return {
      at: now(),
      stream: {
        ...this.#look,
        words: streamWords[this.#look.state],
        // An answer from before the last change would contradict what is shown beside it.
        birdwire: this.#answeredAt > this.#look.since ? (this.#service?.sources[0]?.detail ?? '') : '',
      },
      counts: {
        written: book.total,
        wire: x.wire.length,
        stored: stored.reduce((sum, { count }) => sum + count, 0),
        pending: lanes.reduce((sum, { pending }) => sum + pending, 0),
        delivered: this.#found.length,
      },
      proof,
      events: this.#events,
    }
  }

  /** One look at the simulators; tells the page when anything is different. */
  look(): void {
    this.#lookAtStream()
    this.#lookAtCalls()
    const { at: _, ...rest } = this.view()
    const shown = JSON.stringify(rest)
    if (shown === this.#shown) return
    this.#shown = shown
    this.#tools.changed()
  }

  #lookAtStream(): void {
    const before = this.#look
    this.#look = lookAt(this.#tools.x, this.#startedAt, this.#stalledAt)
    const { state, since } = this.#look
    if (state === before.state && since === before.since) return
    if (state !== 'connected') {
      this.#wholeSince = undefined
      this.#lostAt ??= since
      if (state === 'cut' && before.state === 'stalled') {
        this.say('answer', `Birdwire noticed the silence after ${seconds(since - before.since)} and hung up.`)
      }
      return
    }
    this.#wholeSince = since
    const away = this.#lostAt === undefined ? undefined : seconds(since - this.#lostAt)
    this.#lostAt = undefined
    if (before.state === 'starting' || away === undefined) this.say('note', 'Birdwire is connected to X’s stream.')
    else this.say('answer', `Birdwire is back on the stream after ${away}.`)
  }

  /** Calls that Slack did not simply take; and those that came through after all are told when their message is there. */
  #lookAtCalls(): void {
    const calls = this.#tools.slack.calls()
    const fresh = calls.slice(this.#calls).filter(call => call.status !== undefined || call.committed !== undefined)
    // A call without an answer is looked at again.
    const open = calls.slice(this.#calls).findIndex(call => call.status === undefined && call.committed === undefined)
    const closed = open < 0 ? fresh : fresh.slice(0, open)
    this.#calls += closed.length
    for (const call of closed) {
      const words = troubleWords(call)
      if (words === undefined) continue
      const id = deliveryOf(call)
      if (id !== undefined && !this.#refused.has(id)) this.#refused.set(id, call)
      this.say('trouble', words)
    }
  }

  readonly #onMessage = (message: SimMessage): void => {
    if (message.botId === undefined) return
    const { book, x, slack } = this.#tools
    const change = /"value":"undo ([\w-]+)"/.exec(JSON.stringify(message.blocks ?? []))?.[1]
    if (change !== undefined) book.noticed(message.channel, change)
    const found = foundIn(x.world, message, book.reposts())
    const [first] = found
    if (first === undefined) return
    this.#lookAtCalls()
    this.#found.push(...found)
    const channel = slack.workspace.channel(message.channel)?.name ?? message.channel
    const written = book.find(first.postId)
    if (written === undefined) return
    const where = message.threadTs === undefined ? `#${channel}` : `a thread in #${channel}`
    const words =
      found.length === 1
        ? `${postWords(x.world, written.post)} is in ${where}`
        : `${found.length} posts are in ${where} in one message`
    this.say(
      'post',
      `${words}, ${seconds(message.at - written.at)} after ${found.length === 1 ? 'it was' : 'the first was'} written.`,
    )
    const id = message.metadata?.event_payload['delivery_id']
    const refused = typeof id === 'string' ? this.#refused.get(id) : undefined
    if (typeof id !== 'string' || refused === undefined) return
    this.#refused.delete(id)
    this.say('answer', againWords(refused, message.at, channel))
  }

  /** A repost of what a channel has is named in the message that it has. */
  readonly #onUpdated = (message: SimMessage): void => {
    if (message.botId === undefined) return
    const { book, x, slack } = this.#tools
    for (const found of foundIn(x.world, message, book.reposts())) {
      if (
        found.named !== true ||
        this.#found.some(each => each.named && each.channel === found.channel && each.postId === found.postId)
      )
        continue
      this.#found.push(found)
      const written = book.find(found.postId)
      const channel = slack.workspace.channel(message.channel)?.name ?? message.channel
      if (written !== undefined)
        this.say('post', `${postWords(x.world, written.post)} is named in the message that #${channel} has already.`)
    }
  }

  /** The newest post with a message, if any, with its channel. */
  newest(suits: (found: Found) => boolean): Found | undefined {
    return this.#found.findLast(suits)
  }

  async #ask(): Promise<void> {
    const askedAt = this.#tools.now()
    const answer = await askService(this.#tools.serviceUrl)
    if (answer === undefined) return
    this.#service = answer
    this.#answeredAt = askedAt
    // What was before the desk opened is not news.
    for (const gap of answer.gaps.filter(({ to }) => to >= this.#startedAt).toReversed()) {
      const words = gapWords(gap)
      if (this.#gaps.get(gap.from) === words) continue
      this.#gaps.set(gap.from, words)
      if (gap.state !== 'open') this.say(gap.state === 'closed' ? 'answer' : 'trouble', words)
    }
  }
}

/** The delivery that a call carries in its message's metadata. */
function deliveryOf(call: CallRecord): string | undefined {
  const given = call.args['metadata']
  const text = typeof given === 'string' ? given : JSON.stringify(given ?? '')
  return /"delivery_id":"([^"]+)"/.exec(text)?.[1]
}
