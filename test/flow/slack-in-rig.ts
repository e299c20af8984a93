/**
 * What hears Slack, in this process, between real controls and the simulated Slack, over HTTP or Socket Mode: what tests of commands,
 * buttons, shortcuts and permissions share.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Ack } from '../../sim/slack/app/link.ts'
import { type SimMessage, type SlackOptions, type SlackSim, startSlack } from '../../sim/slack/server.ts'
import type { Controls } from '../../src/control/controls.ts'
import { seededRandom } from '../../src/kit/random.ts'
import { createSlackIn, type SlackIn, type SlackInState } from '../../src/slack/in/slack-in.ts'
import { controlsRig, type Rig } from '../rig/controls.ts'

export const modes = ['http', 'socket'] as const
export type Mode = (typeof modes)[number]

export interface Whole {
  readonly slack: SlackSim
  readonly slackIn: SlackIn
  readonly rig: Rig
  readonly failures: unknown[]
  readonly refusals: string[]
  readonly states: SlackInState[]
  /** Sends the app any interaction, as Slack would. */
  interact(payload: object): Promise<Ack>
  /** Resolves once the state is of this kind. */
  reached(state: SlackInState['state']): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface WholeOptions {
  readonly botToken?: string
  /** Does not wait until Slack has taken the token. */
  readonly ready?: boolean
  /** BIRDWIRE_ADMINS. */
  readonly admins?: readonly string[]
  readonly slack?: SlackOptions
  /** In front of the real ones. */
  readonly controls?: (real: Controls) => Controls
}

export async function whole(mode: Mode, options: WholeOptions = {}): Promise<Whole> {
  const rig = await controlsRig()
  const now = () => rig.clock.now()
  const slack = await startSlack({ eventRetryDelaysMs: [0, 0, 0], rates: { on: false }, now, ...options.slack })
  const failures: unknown[] = []
  const refusals: string[] = []
  const states: SlackInState[] = []
  const waiters: { readonly state: string; readonly resolve: () => void }[] = []
  const slackIn = createSlackIn({
    inbound:
      mode === 'http'
        ? { kind: 'http', signingSecret: slack.signingSecret }
        : { kind: 'socket', appToken: slack.appToken },
    botToken: options.botToken ?? slack.botToken,
    apiUrl: slack.apiUrl,
    admins: options.admins ?? [],
    controls: options.controls?.(rig.controls) ?? rig.controls,
    clock: rig.clock,
    random: seededRandom(1),
    hooks: {
      refused: (status, why) => refusals.push(`${status} ${why}`),
      failed: error => failures.push(error),
      stateChanged: state => {
        states.push(state)
        for (const waiter of waiters) if (waiter.state === state.state) waiter.resolve()
      },
    },
  })
  const reached = async (state: SlackInState['state']) => {
    if (slackIn.state().state === state) return
    const { promise, resolve } = Promise.withResolvers<void>()
    waiters.push({ state, resolve })
    await promise
  }
  const server = mode === 'http' ? await listen(slackIn) : undefined
  if (server !== undefined) slack.requestUrl = `http://127.0.0.1:${portOf(server)}/slack/events`
  slackIn.start()
  if (options.ready !== false) await reached('ready')
  return {
    slack,
    slackIn,
    rig,
    failures,
    refusals,
    states,
    interact: payload =>
      mode === 'socket'
        ? slack.sockets.deliver({ kind: 'interactive', payload: { ...payload } })
        : slack.sendRaw(
            new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
            'application/x-www-form-urlencoded',
          ),
    reached,
    [Symbol.asyncDispose]: async () => {
      await slackIn.stop()
      server?.closeAllConnections()
      server?.close()
      await slack.close()
      await rig[Symbol.asyncDispose]()
    },
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The smallest server that hands requests to `handle`, as they are. */
async function listen(slackIn: SlackIn): Promise<Server> {
  const server = createServer(async (request, response) => {
    const rawBody = await bytesOf(request)
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join() : value]),
    )
    const answer = await slackIn.handle?.({ method: request.method ?? '', headers, rawBody })
    assert.ok(answer)
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  return opened(server)
}

async function opened(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

/** Types a command and gives the answer that its author, and nobody else, was shown in time. */
export async function type(
  slack: SlackSim,
  command: string,
  text = '',
  channel = 'C0DARK',
  user = 'U0JUNO',
): Promise<string> {
  const { ack, shown, refused } = await slack.command({ user, channel, command, text })
  assert.equal(ack.ok, true, `${command} ${text}: ${ack.error ?? ''} ${refused ?? ''}`)
  assert.ok(ack.ms < 3000)
  assert.ok(shown !== undefined && 'from' in shown, `${command} ${text} is answered to its author alone`)
  assert.equal(shown.user, user)
  return shown.text
}

/** Posts a message of the app's own with these blocks. */
export async function botPosts(
  slack: SlackSim,
  channel: string,
  blocks: readonly object[],
  threadTs?: string,
): Promise<SimMessage> {
  const before = slack.messages(channel).length
  const sent = await fetch(`${slack.apiUrl}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.botToken}` },
    body: new URLSearchParams({
      ...{ channel, text: 'A post', blocks: JSON.stringify(blocks) },
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
    }),
  })
  const answer: unknown = await sent.json()
  assert.ok(
    typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === true,
    JSON.stringify(answer),
  )
  const message = slack.messages(channel)[before]
  assert.ok(message)
  return message
}

/** An `actions` block with one button for each text. */
export const buttons = (...values: readonly string[]) => ({
  type: 'actions',
  elements: values.map((value, i) => ({
    type: 'button',
    action_id: `birdwire:do:${i}`,
    text: { type: 'plain_text', text: `Button ${i}` },
    value,
  })),
})

/** Looks again each time the loop comes round, until it holds; an event is acknowledged before its work is done. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await holds()) return
    await new Promise(setImmediate)
  }
  assert.fail('it never became true')
}
