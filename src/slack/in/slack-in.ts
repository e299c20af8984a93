/**
 * Slack, inward: one Bolt app behind a receiver of ours, for HTTP or Socket Mode. It hears commands, buttons and events and calls controls;
 * it posts nothing. A Slack that cannot be reached or a token that is refused is a state that it tells and keeps trying to get out of;
 * it never stops anything else.
 */
import { App, type Logger, LogLevel } from '@slack/bolt'
import { type AuthTestResponse, WebAPIPlatformError } from '@slack/web-api'
import type { Controls } from '../../control/controls.ts'
import { doubling } from '../../kit/backoff.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Random } from '../../kit/random.ts'
import { slackRequestMs, slackRetryFirstMs, slackRetryMsMax, slackSeenMax } from '../../limits.ts'
import { answerCommand, type CommandTools } from './commands.ts'
import { channelEvents, type EventTools, homeEvent, onEvent } from './events.ts'
import { HttpReceiver, type SlackRequest, type SlackResponse } from './http-receiver.ts'
import { answerPress, type PressTools } from './presses.ts'
import { Seen } from './seen.ts'
import { answerShortcut } from './shortcuts.ts'
import { SocketReceiver } from './socket-receiver.ts'
import { viewClient } from './views/client.ts'
import { answerHomeOpened, answerViewPress } from './views/home.ts'
import { answerForm, openModal, type ViewTools } from './views/modal.ts'
import { createPeople, type Home } from './who.ts'

export interface SlackInOptions {
  readonly inbound:
    | { readonly kind: 'http'; readonly signingSecret: string }
    | { readonly kind: 'socket'; readonly appToken: string }
  readonly botToken: string
  /** With a slash at its end: "https://slack.com/api/". */
  readonly apiUrl: string
  /** User ids of those who may change everything, beside the workspace's own administrators. */
  readonly admins: readonly string[]
  readonly controls: Controls
  readonly clock: Clock
  readonly random: Random
  readonly hooks: SlackInHooks
}

/** What somebody may want to log or count. */
export interface SlackInHooks {
  /** A request that was not taken: its HTTP status and why. */
  refused(status: number, why: string): void
  /** Something of ours, or of a library, failed; nothing stops for it. */
  failed(error: unknown): void
  stateChanged(state: SlackInState): void
}

/**
 * `connecting`: not known yet. `ready`: the token is good and, in Socket Mode, a connection hears. `waiting`: tried again soon.
 * `blocked`: only a person can help; still tried again now and then.
 */
export interface SlackInState {
  readonly state: 'connecting' | 'ready' | 'waiting' | 'blocked'
  /** One plain sentence for a person. */
  readonly detail: string
}

export interface SlackIn {
  /** Returns at once; `state` tells how it goes. */
  start(): void
  stop(): Promise<void>
  state(): SlackInState
  /** The address of a message; undefined until Slack told the workspace's. `thread`: the first message of its thread. */
  permalink(channel: string, ts: string, thread?: string): string | undefined
  /** What Slack calls a person, by id; undefined when it does not say soon. Never rejects. */
  nameOf(user: string): Promise<string | undefined>
  /** HTTP mode: what POST /slack/events is answered with. Undefined in Socket Mode. */
  readonly handle: ((request: SlackRequest) => Promise<SlackResponse>) | undefined
}

/** Slack's answers to `auth.test` after which only a person can help. docs.slack.dev/reference/methods/auth.test */
const refusedTokens = [
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'team_disabled',
]

type Token =
  | { readonly state: 'connecting' | 'waiting' | 'blocked'; readonly why: string }
  | ({ readonly state: 'ready' } & Workspace)

/** What `auth.test` tells. docs.slack.dev/reference/methods/auth.test */
interface Workspace {
  readonly botUser: string
  readonly botId: string | undefined
  readonly team: string
  readonly home: Home | undefined
  /** "https://lattice-group.slack.com/" */
  readonly url: string | undefined
}

export function createSlackIn(options: SlackInOptions): SlackIn {
  const { inbound, botToken, controls, clock, random, hooks } = options
  const stop = new AbortController()
  /** Ends what Slack is still being asked once nobody waits for it. */
  const calls = new AbortController()
  let token: Token = { state: 'connecting', why: 'Asking Slack whether the token is good.' }
  let told = ''
  let checking: Promise<void> = Promise.resolve()
  const changed = (): void => {
    const now = state()
    if (`${now.state} ${now.detail}` === told) return
    told = `${now.state} ${now.detail}`
    hooks.stateChanged(now)
  }
  const setToken = (next: Token): void => {
    token = next
    changed()
  }
  const logger = quietLogger(hooks)
  const socket =
    inbound.kind === 'socket'
      ? new SocketReceiver({ ...options, appToken: inbound.appToken, logger, changed, failed: hooks.failed })
      : undefined
  const http =
    inbound.kind === 'http' ? new HttpReceiver({ signingSecret: inbound.signingSecret, clock, ...hooks }) : undefined
  const receiver = socket ?? http
  if (receiver === undefined) throw new Error('neither HTTP nor Socket Mode')

  const app = new App({
    receiver,
    // No token here: Bolt would ask Slack about it before the first command, and end the process when Slack says no.
    authorize: async () => ({ botToken, ...(token.state === 'ready' ? { botUserId: token.botUser } : {}) }),
    convoStore: false,
    logger,
    logLevel: LogLevel.ERROR,
    clientOptions: {
      slackApiUrl: options.apiUrl,
      timeout: slackRequestMs,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      // Also what answers go to a response_url with: without a limit one that hangs would hang for ever.
      fetch: (url, init) => fetch(url, { ...init, signal: within(slackRequestMs, calls.signal, init?.signal) }),
    },
  })
  const ready = (): Workspace | undefined => (token.state === 'ready' ? token : undefined)
  const { admins } = options
  const people = createPeople({
    ...{ client: app.client, token: botToken, admins, clock, failed: hooks.failed },
    home: () => ready()?.home,
  })
  const asked = { controls, people, clock, failed: hooks.failed, views: viewClient(app.client, botToken) }
  listen(app, {
    ...asked,
    openChannelModal: opening => openModal(asked, opening, true),
    botId: () => ready()?.botId,
    botUser: () => ready()?.botUser,
    ended: why => {
      const wasReady = token.state === 'ready'
      setToken({ state: 'blocked', why })
      // Somebody may install the app again with the same token: asked for from time to time.
      if (wasReady) checking = clock.sleep(slackRetryMsMax, stop.signal).then(checkToken)
    },
  })

  function state(): SlackInState {
    if (token.state !== 'ready') return { state: token.state, detail: token.why }
    if (socket === undefined) return { state: 'ready', detail: `Hears ${token.team} over HTTP.` }
    if (socket.connected > 0)
      return { state: 'ready', detail: `Hears ${token.team} over ${socket.connected} of 2 connections.` }
    return socket.why === undefined
      ? { state: 'connecting', detail: 'Opening the connection to Slack.' }
      : { state: 'waiting', detail: `Slack cannot be heard: ${socket.why}. Trying again.` }
  }

  /** Asks until the token is known to be good. */
  async function checkToken(): Promise<void> {
    for (let failures = 0; !stop.signal.aborted; ) {
      try {
        setToken({ state: 'ready', ...workspaceOf(await app.client.auth.test({ token: botToken })) })
        return
      } catch (error) {
        failures++
        setToken(tokenState(error))
        await clock.sleep(doubling(failures, slackRetryFirstMs, slackRetryMsMax, random), stop.signal)
      }
    }
  }

  return {
    start() {
      changed()
      checking = checkToken()
      receiver.start().catch(hooks.failed)
    },
    async stop() {
      stop.abort()
      await receiver.stop()
      calls.abort()
      await checking
    },
    state,
    permalink: (channel, ts, thread) => permalink(ready()?.url, channel, ts, thread),
    nameOf: user => people.nameOf(user),
    handle: http === undefined ? undefined : request => http.handle(request),
  }
}

type Ears = CommandTools & PressTools & EventTools & ViewTools

/** Registers everything that is listened to; each acknowledges. */
function listen(app: App, ears: Ears): void {
  const seen = new Seen(slackSeenMax)
  app.use(async args => {
    const id = idOf(args.body)
    if (id === undefined || seen.first(id)) await args.next()
    else if ('ack' in args && typeof args.ack === 'function') await args.ack()
  })
  // Every command that the manifest lets through, so that none is answered with an error of Slack's.
  app.command(/^/, async ({ body, ack, respond }) => answerCommand(ears, body, ack, respond))
  // What is in a view of ours (`view:…`) is heard by views/.
  app.action(/^view:/, async ({ body, ack }) => answerViewPress(ears, body, () => ack()))
  app.view(/^view:/, async ({ body, ack }) =>
    answerForm(ears, body, reply => (reply === undefined ? ack() : ack(reply))),
  )
  app.event(homeEvent, async ({ event }) => answerHomeOpened(ears, event))
  app.action(/^(?!view:)/, async ({ body, ack, respond }) => answerPress(ears, body, () => ack(), respond))
  app.shortcut(/^/, async ({ body, ack, respond }) => answerShortcut(ears, body, () => ack(), respond))
  for (const type of channelEvents) app.event(type, async ({ event }) => onEvent(ears, type, event))
  app.error(async error => ears.failed(error))
}

/** What is the same when Slack sends the same thing again. */
function idOf(body: object): string | undefined {
  if ('event_id' in body && typeof body.event_id === 'string') return body.event_id
  return 'trigger_id' in body && typeof body.trigger_id === 'string' ? body.trigger_id : undefined
}

function workspaceOf(told: AuthTestResponse): Workspace {
  const { user_id: botUser = '', bot_id: botId, team = 'the workspace', team_id: id, enterprise_id: enterprise } = told
  const home = id === undefined ? undefined : { team: id, ...(enterprise === undefined ? {} : { enterprise }) }
  return { botUser, botId, team, home, url: told.url }
}

/** docs.slack.dev/reference/methods/chat.getPermalink: the same, without asking for each. */
function permalink(
  workspace: string | undefined,
  channel: string,
  ts: string,
  thread: string | undefined,
): string | undefined {
  if (workspace === undefined) return undefined
  const message = `${workspace.replace(/\/*$/, '')}/archives/${channel}/p${ts.replace('.', '')}`
  return thread === undefined || thread === ts ? message : `${message}?thread_ts=${thread}&cid=${channel}`
}

function tokenState(error: unknown): Token {
  if (error instanceof WebAPIPlatformError && refusedTokens.includes(error.data.error))
    return {
      state: 'blocked',
      why: `Slack refuses the bot token (${error.data.error}). Set SLACK_BOT_TOKEN to the token of the app's OAuth page.`,
    }
  const why =
    error instanceof WebAPIPlatformError ? `Slack answered ${error.data.error.slice(0, 80)}` : 'Slack cannot be reached'
  return { state: 'waiting', why: `${why}. Trying again.` }
}

function within(ms: number, ended: AbortSignal, signal: AbortSignal | null | undefined): AbortSignal {
  return AbortSignal.any([AbortSignal.timeout(ms), ended, ...(signal === null || signal === undefined ? [] : [signal])])
}

/** Bolt logs bodies, and with them people's words; only what it calls an error is passed on. */
function quietLogger(hooks: SlackInHooks): Logger {
  return {
    debug() {},
    info() {},
    warn() {},
    error: (...parts: unknown[]) =>
      hooks.failed(parts.find(part => part instanceof Error) ?? new Error(parts.map(String).join(' '))),
    setLevel() {},
    getLevel: () => LogLevel.ERROR,
    setName() {},
  }
}
