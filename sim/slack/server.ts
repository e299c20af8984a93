/**
 * A local Slack: `startSlack()` gives a workspace behind real HTTP and WebSocket, faithful in what a posting bot can meet (limits, errors,
 * faults at the worst moment, signed requests to the app). Nothing leaves the machine. Knows nothing of the bot it is used to test.
 *
 * Point a client at `sim.apiUrl` with `sim.botToken`; let people act with `sim.command(…)` and `sim.action(…)`; wait for facts with
 * `sim.received(n)`; make trouble with `sim.faults` (the kinds are in troubles.ts).
 */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FaultPlan } from '../faults.ts'
import { Api } from './api.ts'
import type { Choice } from './app/choose.ts'
import { type EventResult, sendEvent, slackRetryDelays, sslCheck, verifyUrl } from './app/events.ts'
import type { Ack, AppLink } from './app/link.ts'
import { type ActionInput, type CommandInput, type Interaction, People, type ShortcutInput } from './app/people.ts'
import { RequestUrl } from './app/request-url.ts'
import { SocketMode } from './app/socket.ts'
import type { Fields } from './blocks/schema.ts'
import type { Core, Quirks } from './core.ts'
import { Hooks } from './hooks.ts'
import { createDoors } from './http.ts'
import { Ids, type Now } from './ids.ts'
import { type ImagePolicy, Images } from './images.ts'
import { chat } from './methods/chat.ts'
import { conversations } from './methods/conversations.ts'
import { others } from './methods/others.ts'
import { defaultRates, RateLimits, type RateSettings } from './rate.ts'
import { defaultTokens, signingSecret } from './seed.ts'
import type { Tampering } from './signature.ts'
import { type SimEvents, Timeline } from './timeline.ts'
import type { SlackFaultKind, SlackFaults } from './troubles.ts'
import type { CallRecord, SimChannel, SimEphemeral, SimMessage } from './types.ts'
import { Views } from './views.ts'
import { Workspace, type WorkspaceSeed } from './workspace.ts'

export { pings, unfurls } from './pings.ts'
export { signatureHeaders, type Tampering } from './signature.ts'
export { type SlackFaultKind, troubles } from './troubles.ts'
export type { CallRecord, SimChannel, SimEphemeral, SimMessage, SimUser } from './types.ts'
export type { ActionInput, CommandInput, Interaction, ShortcutInput }

export interface SlackOptions extends WorkspaceSeed {
  /** Default 0: any free port. */
  readonly port?: number
  readonly host?: string
  /** Slack's clock, in milliseconds: limits, `ts`, expiries, signatures. */
  readonly now?: Now
  readonly signingSecret?: string
  /** Where the app listens. Without it Slack speaks over Socket Mode. */
  readonly requestUrl?: string
  readonly rates?: Partial<RateSettings>
  readonly images?: ImagePolicy
  readonly faults?: SlackFaults
  readonly quirks?: Partial<Quirks>
  /** A message shows in history only after this many milliseconds. */
  readonly historyLagMs?: number
  /** Which commands the manifest marks `should_escape`. Default: all. */
  readonly shouldEscape?: (command: string) => boolean
  /** How long the app has to answer. Slack: 3000. */
  readonly ackMs?: number
  readonly socketPingMs?: number
  /** Waits before the retries of an event. Slack: 0, one minute, five minutes. */
  readonly eventRetryDelaysMs?: readonly number[]
}

/** Starts a simulated Slack. Close it at the end. */
export async function startSlack(options: SlackOptions = {}): Promise<SlackSim> {
  const sim = new SlackSim(options)
  await sim.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  return sim
}

export class SlackSim {
  /** The first token of each kind. */
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  readonly faults: SlackFaults
  readonly workspace: Workspace
  readonly views: Views
  readonly images: Images
  readonly rates: RateLimits
  readonly sockets: SocketMode
  /** Set when the app listens; emptied, Slack speaks over Socket Mode. */
  requestUrl: string | undefined
  readonly #core: Core
  readonly #timeline: Timeline
  readonly #api: Api
  readonly #people: People
  readonly #server: Server
  readonly #ackMs: number
  readonly #retryDelays: readonly number[]
  readonly #closed = new AbortController()
  #origin = ''

  constructor(options: SlackOptions) {
    const now = options.now ?? Date.now
    const ids = new Ids(now)
    const tokens = options.tokens ?? defaultTokens
    this.botToken = tokens.find(token => token.kind === 'bot')?.token ?? ''
    this.appToken = tokens.find(token => token.kind === 'app')?.token ?? ''
    this.signingSecret = options.signingSecret ?? signingSecret
    this.requestUrl = options.requestUrl
    this.#ackMs = options.ackMs ?? 3000
    this.#retryDelays = options.eventRetryDelaysMs ?? slackRetryDelays
    this.faults = options.faults ?? new FaultPlan<SlackFaultKind>()
    this.workspace = new Workspace(options, ids, now)
    this.#timeline = new Timeline(ids, now)
    this.#timeline.historyLagMs = options.historyLagMs ?? 0
    this.views = new Views(this.workspace, this.#timeline, ids, now)
    this.images = new Images(options.images ?? 'accept')
    this.rates = new RateLimits({ ...defaultRates, ...options.rates }, now)
    this.#core = {
      now,
      ids,
      workspace: this.workspace,
      timeline: this.#timeline,
      views: this.views,
      images: this.images,
      rates: this.rates,
      faults: this.faults,
      hooks: new Hooks(),
      quirks: { clientMsgId: 'ignore', metadataBytesMax: 8000, ...options.quirks },
      clientIds: new Map(),
      origin: () => this.#origin,
    }
    this.sockets = new SocketMode(this.#core, this.#ackMs, options.socketPingMs ?? 5000)
    this.#api = new Api(this.#core, {
      ...chat,
      ...conversations,
      ...others,
      'apps.connections.open': this.sockets.method,
    })
    this.#people = new People(this.#core, () => this.#link(), options.shouldEscape ?? (() => true))
    this.#server = createDoors(this.#core, this.#api, this.sockets)
  }

  /** Where the Web API is, with a slash at the end, as the official client takes it. */
  get apiUrl(): string {
    return `${this.#origin}/api/`
  }

  // ── What happened ────────────────────────────────────────────────────────────────────────────────────────────────
  /** The standing messages of a channel (id or name), oldest first; of all channels where none is named. */
  messages(channel?: string): SimMessage[] {
    const all =
      channel === undefined ? this.#timeline.everywhere() : this.#timeline.all(this.workspace.room(channel).id)
    return all.filter(message => !message.deleted)
  }

  /** What this person (id) alone was shown. */
  ephemerals(user: string): SimEphemeral[] {
    return this.#timeline.whispersTo(user)
  }

  /** Every call of the Web API so far, of one method where it is named. `posts()` is the evidence about doubles. */
  calls(method?: string): CallRecord[] {
    return this.#api.calls.filter(call => method === undefined || call.method === method)
  }

  /** Every attempt to post a message, with how it ended and what it really wrote. */
  posts(): CallRecord[] {
    return this.calls('chat.postMessage')
  }

  get on(): Timeline['on'] {
    return this.#timeline.on.bind(this.#timeline)
  }

  get off(): Timeline['off'] {
    return this.#timeline.off.bind(this.#timeline)
  }

  /** Resolves with the first `count` messages (of a channel, where one is named) as soon as there are as many. */
  async received(count: number, channel?: string): Promise<SimMessage[]> {
    await this.until('message', () => this.messages(channel).length >= count)
    return this.messages(channel).slice(0, count)
  }

  /** Resolves once `holds` is true, looked at now and after every announcement of this kind. Rejects when the simulator is closed. */
  async until(event: keyof SimEvents, holds: () => boolean): Promise<void> {
    if (holds()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const look = () => holds() && resolve()
    const stop = () => reject(new Error(`The simulated Slack was closed while somebody waited for a ${event}.`))
    this.#timeline.on(event, look)
    this.#closed.signal.addEventListener('abort', stop)
    try {
      await promise
    } finally {
      this.#timeline.off(event, look)
      this.#closed.signal.removeEventListener('abort', stop)
    }
  }

  // ── What people and Slack do ─────────────────────────────────────────────────────────────────────────────────────
  command(input: CommandInput): Promise<Interaction> {
    return this.#people.command(input)
  }

  action(input: ActionInput): Promise<Interaction> {
    return this.#people.action(input)
  }

  /** Someone chooses a message shortcut of the app in the menu of a message, their own or anybody's. */
  shortcut(input: ShortcutInput): Promise<Interaction> {
    return this.#people.shortcut(input)
  }

  /** Sends the front modal's form; see People.submit. */
  submit(user: string, values: Readonly<Record<string, Choice>>): Promise<{ ack: Ack; errors: Fields }> {
    return this.#people.submit(user, values)
  }

  closeModal(user: string): Promise<Ack | undefined> {
    return this.#people.closeModal(user)
  }

  /** Sends an event with Slack's retries; resolves when it was taken or given up. */
  event(event: Fields, tampering?: Tampering): Promise<EventResult> {
    return sendEvent(this.#core, () => this.#link(), event, this.#retryDelays, tampering)
  }

  /** Someone opens the app's Home tab. */
  openHome(user: string): Promise<EventResult> {
    const { id } = this.workspace.person(user)
    const channel = this.workspace.directMessage(id).id
    const home = this.views.home(id)
    const view = home === undefined ? {} : { view: this.views.wire(home) }
    return this.event({ type: 'app_home_opened', user: id, channel, tab: 'home', ...view })
  }

  verifyUrl(): Promise<{ readonly ack: Ack; readonly verified: boolean }> {
    return verifyUrl(this.#core, this.#url())
  }

  sslCheck(): Promise<Ack> {
    return sslCheck(this.#url())
  }

  /** Sends any body to the Request URL, signed or tampered with: for what no person could do. */
  sendRaw(body: string, contentType: string, tampering?: Tampering): Promise<Ack> {
    return this.#url().send(body, contentType, tampering)
  }

  /** A person writes into a channel. */
  say(user: string, channel: string, text: string): SimMessage {
    const sentAs = { parse: undefined, linkNames: false, mrkdwn: true, unfurlLinks: undefined, unfurlMedia: undefined }
    const nothing = { blocks: undefined, metadata: undefined, threadTs: undefined }
    const nobody = { botId: undefined, appId: undefined, username: undefined, iconUrl: undefined }
    return this.#timeline.post({ channel: this.workspace.room(channel).id, user, text, sentAs, ...nothing, ...nobody })
  }

  /** Changes a channel: archived, read-only, name, … */
  changeChannel(channel: string, what: Partial<Omit<SimChannel, 'id'>>): SimChannel {
    const changed = this.workspace.change(this.workspace.room(channel).id, what)
    this.#timeline.emit('channel', changed)
    return changed
  }

  /** Invites the bot into a channel or throws it out. */
  setBotMember(channel: string, isMember: boolean): SimChannel {
    const changed = this.workspace.setMember(this.workspace.room(channel).id, this.workspace.app.botUser, isMember)
    this.#timeline.emit('channel', changed)
    return changed
  }

  set historyLagMs(ms: number) {
    this.#timeline.historyLagMs = ms
  }

  // ── Life ─────────────────────────────────────────────────────────────────────────────────────────────────────────
  async listen(port: number, host: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#server.once('error', reject)
    this.#server.listen(port, host, resolve)
    await promise
    const address: AddressInfo | string | null = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The simulated Slack listens on no port.')
    this.#origin = `http://${host}:${address.port}`
  }

  /** Ends every connection, the hanging ones too. */
  async close(): Promise<void> {
    this.#closed.abort()
    await this.sockets.close()
    this.#server.closeAllConnections()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#server.close(() => resolve())
    await promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #link(): AppLink {
    return this.requestUrl === undefined ? this.sockets : this.#url()
  }

  #url(): RequestUrl {
    if (this.requestUrl === undefined) throw new Error('The simulated Slack was given no Request URL.')
    return new RequestUrl(this.requestUrl, this.signingSecret, this.#core.now, this.#ackMs)
  }
}
