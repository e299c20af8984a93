/**
 * The desk behind its HTTP server: joins the simulated X and Slack into one story. It types the set-up, lets the world live, makes trouble
 * on demand, and tells pages what happens. It reaches the service only as Slack and X do, and through its public status.
 */
import type { SimEphemeral, SimMessage, SlackSim } from '../slack/server.ts'
import type { SimView } from '../slack/views.ts'
import type { WorldPost } from '../world/world.ts'
import { mediaUrl } from '../x/objects.ts'
import type { XSim } from '../x/server.ts'
import { Director } from './director.ts'
import { Hub } from './hub.ts'
import { Book } from './ledger.ts'
import { deskView, Person } from './person.ts'
import { demoPerson, type SetUp } from './scenario.ts'
import { lookAt } from './stream-look.ts'
import type { DeskChannel, DeskEphemeral, DeskMessage, DeskState, DeskView, TroubleKind } from './types.ts'
import { Watch } from './watch.ts'

export interface DeskTools {
  readonly x: XSim
  readonly slack: SlackSim
  readonly serviceUrl: string
  readonly now: () => number
  readonly seed: number | string
}

/** Messages of one channel that a page starts with. */
const messagesMax = 150
/** The rules at X must have stood still this long before the first post is written. */
const calmMs = 800
/** Tries of one command of the set-up: the service may still be starting. */
const setUpTries = 20
/** Posts of a burst. */
const burstPosts = 40

export class Desk {
  readonly hub = new Hub()
  readonly person: Person
  readonly #tools: DeskTools
  readonly #book: Book
  readonly #watch: Watch
  readonly #director: Director
  readonly #closed = new AbortController()

  constructor(tools: DeskTools) {
    this.#tools = tools
    const { x, slack, serviceUrl, now, seed } = tools
    const names = new Map(this.#rooms().map(({ id, name }) => [id, name]))
    this.#book = new Book(x.world, names, now)
    const changed = () => this.hub.tell('way', this.#watch.view())
    this.#watch = new Watch({ x, slack, book: this.#book, serviceUrl, now, changed })
    this.#director = new Director({ world: x.world, seed, wrote: post => this.#wrote(post) })
    this.person = new Person({
      slack,
      book: this.#book,
      changed: () => this.hub.tell('channels', this.#channels()),
      modalChanged: () => this.hub.tell('modal', this.#modal()),
    })
    slack.on('message', this.#onMessage)
    slack.on('updated', this.#onUpdated)
    slack.on('deleted', this.#onDeleted)
    slack.on('ephemeral', this.#onEphemeral)
    slack.on('ephemeral-changed', this.#onEphemeral)
    slack.on('view', this.#onView)
  }

  close(): void {
    this.#closed.abort()
    this.#director.stop()
    this.#watch.close()
    const { slack } = this.#tools
    slack.off('message', this.#onMessage)
    slack.off('updated', this.#onUpdated)
    slack.off('deleted', this.#onDeleted)
    slack.off('ephemeral', this.#onEphemeral)
    slack.off('ephemeral-changed', this.#onEphemeral)
    slack.off('view', this.#onView)
    this.hub.close()
  }

  /** Types the set-up, waits until Birdwire listens, then lets the world write. Resolves early when the desk is closed. */
  async run(setUp: readonly SetUp[]): Promise<void> {
    for (const { channel, text } of setUp) {
      for (let tries = 0; tries < setUpTries && !this.#closed.signal.aborted; tries++) {
        if (await this.person.type(channel, text, true)) break
        await this.#pause(500)
      }
    }
    this.hub.tell('channels', this.#channels())
    await this.#calm()
    if (!this.#closed.signal.aborted) this.#director.start(900)
  }

  state(): DeskState {
    const { slack, serviceUrl } = this.#tools
    const { users, team } = slack.workspace
    return {
      workspace: team.name,
      you: { id: demoPerson, name: users.get(demoPerson)?.realName ?? demoPerson },
      channels: this.#channels(),
      names: Object.fromEntries([...users.values()].map(user => [user.id, user.isBot ? 'Birdwire' : user.realName])),
      messages: this.#rooms().flatMap(({ id }) =>
        slack
          .messages(id)
          .slice(-messagesMax)
          .map(message => this.#shown(message)),
      ),
      modal: this.#modal(),
      home: this.#home(),
      way: this.#watch.view(),
      serviceUrl,
    }
  }

  /** Writes the world's next post at once. */
  post(): void {
    this.#director.write()
  }

  async trouble(kind: TroubleKind): Promise<void> {
    const { x, slack } = this.#tools
    switch (kind) {
      case 'cut':
        this.#watch.say('trouble', 'You cut the stream in the middle of a post, and X answers the next call with 503.')
        x.faults.schedule('connect-5xx')
        await x.endMidLine()
        this.#watch.look()
        // Somebody writes in the very moment in which nobody listens: the case that counts.
        for (const _ of [1, 2]) this.#director.write()
        return
      case 'stall':
        this.#watch.say('trouble', 'You made the stream fall silent: it is open, and nothing comes.')
        this.#watch.stalling()
        await x.stall()
        this.#watch.look()
        this.#director.write()
        return
      case 'slack-429':
        this.#watch.say('trouble', 'The next message to Slack will be answered with 429, come back in 4 seconds.')
        slack.faults.schedule('post:rate-limited', { detail: { retryAfter: 4 } })
        this.#director.write()
        return
      case 'image': {
        this.#watch.say('trouble', 'Somebody posts a picture that Slack will not be able to fetch.')
        const post = this.#director.picture()
        for (const { key } of post.media) slack.images.break(mediaUrl(x.url, key))
        this.#wrote(post)
        return
      }
      case 'thread':
        this.#watch.say('note', 'Mira Okafor writes a thread of three posts.')
        for (const post of this.#director.thread()) this.#wrote(post)
        return
      case 'repost':
        this.#repost()
        return
      case 'burst':
        this.#watch.say('trouble', `${burstPosts} posts at the same moment. Slack takes about one message a second.`)
        for (const post of this.#director.burst(burstPosts)) this.#wrote(post)
        return
    }
  }

  /** Somebody whom a channel follows reposts what that channel was just shown. */
  #repost(): void {
    const { world } = this.#tools.x
    const sharers = ({ channel, postId }: { channel: string; postId: string }) => {
      const post = world.lookup(postId)
      if (post === undefined || post.kind === 'repost') return []
      const had = new Set(
        [post, ...this.#book.reposts().filter(({ innerId }) => innerId === postId)].map(each => each.authorId),
      )
      return this.#book.follows(channel).filter(id => !had.has(id))
    }
    const found = this.#watch.newest(each => sharers(each).length > 0)
    const [author] = found === undefined ? [] : sharers(found)
    if (found === undefined || author === undefined) {
      this.#watch.say(
        'note',
        'There is no post in a channel yet that somebody else there could repost. Try again in a moment.',
      )
      return
    }
    const name = this.#rooms().find(({ id }) => id === found.channel)?.name ?? found.channel
    this.#watch.say('note', `${world.someone(author).name} reposts what #${name} has just been shown.`)
    this.#wrote(world.post({ author, repost: found.postId }))
  }

  // ── Inside ───────────────────────────────────────────────────────────────────────────────────────────────────────
  /** Puts what was written on the stream, and says so when no channel wants it: that, too, is Birdwire at work. */
  #wrote(post: WorldPost): void {
    const { x } = this.#tools
    this.#book.wrote(post)
    const wanted = this.#rooms().some(({ id }) => this.#book.isFor(id, post) !== false)
    if (!wanted) {
      const reason = post.kind === 'reply' ? 'a reply to somebody else' : 'not what any channel asked for'
      this.#watch.say('note', `${x.world.someone(post.authorId).name} wrote something, but it is ${reason}.`)
    }
    void x.emit(post)
  }

  /** Resolves once the stream is connected and the rules at X have not changed for a moment. */
  async #calm(): Promise<void> {
    const { x } = this.#tools
    let before = ''
    while (!this.#closed.signal.aborted) {
      const rules = JSON.stringify(x.rules())
      if (rules === before && rules !== '[]' && lookAt(x, 0, 0).state === 'connected') return
      before = rules
      await this.#pause(calmMs)
    }
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#closed.signal.addEventListener('abort', () => resolve(), { once: true })
    return promise.finally(() => clearTimeout(timer))
  }

  #rooms() {
    return [...this.#tools.slack.workspace.channels.values()].filter(({ kind, archived }) => kind !== 'im' && !archived)
  }

  #channels(): readonly DeskChannel[] {
    return this.#rooms().map(({ id, name, purpose }) => ({ id, name, purpose, wants: this.#book.wants(id) }))
  }

  #shown(message: SimMessage): DeskMessage {
    const { users } = this.#tools.slack.workspace
    const app = message.botId !== undefined
    return {
      channel: message.channel,
      ts: message.ts,
      at: message.at,
      by: {
        id: message.username ?? message.user,
        name: message.username ?? (app ? 'Birdwire' : (users.get(message.user)?.realName ?? message.user)),
        app,
      },
      text: message.text,
      literal: !message.sentAs.mrkdwn,
      blocks: message.blocks ?? [],
      edited: message.edited !== undefined,
      thread: message.threadTs === undefined || message.threadTs === message.ts ? '' : message.threadTs,
    }
  }

  #modal(): DeskView | null {
    const front = this.#tools.slack.views.stack(demoPerson).at(-1)
    return front === undefined ? null : deskView(front)
  }

  #home(): DeskView | null {
    const home = this.#tools.slack.views.home(demoPerson)
    return home === undefined ? null : deskView(home)
  }

  readonly #onMessage = (message: SimMessage) => this.hub.tell('message', this.#shown(message))
  readonly #onUpdated = (message: SimMessage) => this.hub.tell('updated', this.#shown(message))
  readonly #onDeleted = ({ channel, ts }: SimMessage) => this.hub.tell('deleted', { channel, ts })
  readonly #onEphemeral = ({ user, channel, ts, at, text, blocks, gone }: SimEphemeral) => {
    // What the set-up was answered is not for the person who comes later.
    if (user !== demoPerson) return
    const shown: DeskEphemeral = { channel, ts, at, text, blocks: blocks ?? [] }
    if (gone) this.hub.tell('ephemeral-gone', { channel, ts })
    else this.hub.tell('ephemeral', shown)
  }
  readonly #onView = (view: SimView) => {
    if (view.user !== demoPerson) return
    if (view.type === 'home') this.hub.tell('home', deskView(view))
    else this.hub.tell('modal', this.#modal())
  }
}
