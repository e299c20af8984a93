/**
 * The desk behind its HTTP server: joins the simulated X and Slack into one story. It types the set-up, lets the world live, makes trouble
 * on demand, and tells pages what happens. It reaches the service only as Slack and X do, and through its public status.
 */
import type { SimEphemeral, SimMessage, SlackSim } from '../slack/server.ts'
import type { WorldPost } from '../world/world.ts'
import { mediaUrl } from '../x/objects.ts'
import type { XSim } from '../x/server.ts'
import { Director } from './director.ts'
import { Hub } from './hub.ts'
import { Book } from './ledger.ts'
import { demoPerson, type SetUp } from './scenario.ts'
import { lookAt } from './stream-look.ts'
import type {
  ActionRequest,
  CommandRequest,
  DeskChannel,
  DeskEphemeral,
  DeskMessage,
  DeskState,
  Done,
  TroubleKind,
} from './types.ts'
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
/** Slack's commands in the workspace; what else begins with a slash is none. */
const commands = /^\/(birdwire|users|keywords|add_user|add_keyword|remove_user|remove_keyword|help)$/
/** The rules at X must have stood still this long before the first post is written. */
const calmMs = 800
/** Tries of one command of the set-up: the service may still be starting. */
const setUpTries = 20

const well: Done = { ok: true, error: '' }
const failed = (error: string): Done => ({ ok: false, error })

export class Desk {
  readonly hub = new Hub()
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
    slack.on('message', this.#onMessage)
    slack.on('updated', this.#onUpdated)
    slack.on('deleted', this.#onDeleted)
    slack.on('ephemeral', this.#onEphemeral)
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
    this.hub.close()
  }

  /** Types the set-up, waits until Birdwire listens, then lets the world write. Resolves early when the desk is closed. */
  async run(setUp: readonly SetUp[]): Promise<void> {
    for (const { channel, text } of setUp) {
      for (let tries = 0; tries < setUpTries && !this.#closed.signal.aborted; tries++) {
        if (await this.#type(channel, text, true)) break
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
      way: this.#watch.view(),
      serviceUrl,
    }
  }

  /** What somebody typed: a slash command goes to the app, anything else is a message. */
  async command({ channel, text }: CommandRequest): Promise<Done> {
    if (!this.#rooms().some(({ id }) => id === channel)) return failed('There is no such channel.')
    const typed = text.trim()
    if (typed === '') return failed('Type something first.')
    if (!typed.startsWith('/')) {
      this.#tools.slack.say(demoPerson, channel, typed)
      return well
    }
    const name = typed.split(/\s/, 1)[0] ?? ''
    if (!commands.test(name)) return failed(`${name} is not a command here. /birdwire help shows what there is.`)
    const answered = await this.#type(channel, typed, false)
    this.hub.tell('channels', this.#channels())
    return answered ? well : failed(`${name} failed: the app did not answer within three seconds.`)
  }

  async action({ channel, ts, actionId, blockId, value }: ActionRequest): Promise<Done> {
    const { slack } = this.#tools
    const whispers = slack.ephemerals(demoPerson)
    const on = [...slack.messages(channel), ...whispers].find(
      message => message.channel === channel && message.ts === ts,
    )
    if (on === undefined) return failed('This message is gone.')
    const choose = value === '' ? null : value
    const { ack } = await slack.action({ user: demoPerson, on, actionId, blockId, choose })
    return ack.ok ? well : failed('The app did not answer within three seconds.')
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
    }
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

  async #type(channel: string, typed: string, settled: boolean): Promise<boolean> {
    const [command = '', ...rest] = typed.split(' ')
    const { ack } = await this.#tools.slack.command({ user: demoPerson, channel, command, text: rest.join(' ') })
    if (ack.ok) this.#book.typed(channel, typed, settled)
    return ack.ok
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
      by: { id: message.user, name: app ? 'Birdwire' : (users.get(message.user)?.realName ?? message.user), app },
      text: message.text,
      literal: !message.sentAs.mrkdwn,
      blocks: message.blocks ?? [],
      edited: message.edited !== undefined,
    }
  }

  readonly #onMessage = (message: SimMessage) => this.hub.tell('message', this.#shown(message))
  readonly #onUpdated = (message: SimMessage) => this.hub.tell('updated', this.#shown(message))
  readonly #onDeleted = ({ channel, ts }: SimMessage) => this.hub.tell('deleted', { channel, ts })
  readonly #onEphemeral = ({ user, channel, ts, at, text, blocks }: SimEphemeral) => {
    const shown: DeskEphemeral = { channel, ts, at, text, blocks: blocks ?? [] }
    // What the set-up was answered is not for the person who comes later.
    if (user === demoPerson) this.hub.tell('ephemeral', shown)
  }
}
