/** What `doctor` asks Slack: are the tokens good, are all scopes granted, can the channels be posted to and read. Posts nothing. */
import { z } from 'zod'
import type { Finding } from '../../domain/finding.ts'
import { type Call, type SlackAccess, slackCall } from './call.ts'
import type { Reply } from './outcome.ts'
import { outcomeOf } from './outcome.ts'

export interface CheckSlackOptions extends SlackAccess {
  /** Undefined in HTTP mode. */
  readonly appToken: string | undefined
  /** Ids of the channels that want something. */
  readonly channels: readonly string[]
  /** Scopes the code uses. */
  readonly scopes: readonly string[]
}

export async function checkSlack(options: CheckSlackOptions): Promise<readonly Finding[]> {
  const call = slackCall(options)
  const token = await call('auth.test', {})
  if (token.kind !== 'ok') {
    const detail =
      token.kind === 'error'
        ? `The bot token is not accepted: ${words(token)}`
        : `Slack could not be asked at ${options.apiUrl}: ${words(token)} Check the network and SLACK_API_URL.`
    return [{ name: 'Slack', ok: false, detail }]
  }
  const { team, user } = who.parse(token.body)
  return [
    { name: 'Slack', ok: true, detail: `The bot token is good: @${user} in ${team}.` },
    checkScopes(token.body, options.scopes),
    ...(options.appToken === undefined ? [] : [await checkAppToken({ ...options, token: options.appToken })]),
    ...(await Promise.all(options.channels.map(channel => checkChannel(call, channel)))),
  ]
}

const who = z.object({ team: z.string().catch('the workspace'), user: z.string().catch('the bot') })
const granted = z.object({ response_metadata: z.object({ scopes: z.array(z.string()) }) })
const info = z.object({
  channel: z.object({
    name: z.string().optional(),
    is_archived: z.boolean().optional(),
    is_member: z.boolean().optional(),
  }),
})

function checkScopes(body: unknown, wanted: readonly string[]): Finding {
  const { data } = granted.safeParse(body)
  if (data === undefined)
    return { name: 'Slack scopes', ok: false, detail: 'Slack does not say which scopes the token has.' }
  const missing = wanted.filter(scope => !data.response_metadata.scopes.includes(scope))
  if (missing.length === 0) return { name: 'Slack scopes', ok: true, detail: 'All scopes are granted.' }
  return {
    name: 'Slack scopes',
    ok: false,
    detail: `Missing: ${missing.join(', ')}. Add them on the app's page under OAuth & Permissions (or paste the manifest again), then install the app again.${missing.includes(peopleScope) ? withoutPeople : ''}`,
  }
}

const peopleScope = 'users:read'
const withoutPeople =
  ' Until then Birdwire cannot tell administrators and guests from members: everybody in a channel may change it, and only those in BIRDWIRE_ADMINS may do what administrators do.'

async function checkAppToken(access: SlackAccess): Promise<Finding> {
  const reply = await slackCall(access)('apps.connections.open', {})
  return reply.kind === 'ok'
    ? { name: 'Slack Socket Mode', ok: true, detail: 'The app token is good.' }
    : {
        name: 'Slack Socket Mode',
        ok: false,
        detail: `The app token is not accepted: ${words(reply)} It needs the scope connections:write.`,
      }
}

async function checkChannel(call: Call, channel: string): Promise<Finding> {
  const reply = await call('conversations.info', { channel })
  if (reply.kind !== 'ok')
    return {
      name: channel,
      ok: false,
      detail: `The channel cannot be seen: ${words(reply)} If it is private, invite the bot there.`,
    }
  const { name = channel, is_archived: archived = false, is_member: member = false } = info.parse(reply.body).channel
  if (archived) return { name: `#${name}`, ok: false, detail: 'The channel is archived: nothing can be posted there.' }
  if (!member)
    return { name: `#${name}`, ok: false, detail: 'The bot is not in the channel: type /invite @birdwire there.' }
  const history = await call('conversations.history', { channel, limit: 1 })
  return history.kind === 'ok'
    ? { name: `#${name}`, ok: true, detail: 'The bot is in the channel and can read its history.' }
    : {
        name: `#${name}`,
        ok: false,
        detail: `The channel's history cannot be read, so a message whose fate is unknown could not be looked up: ${words(history)}`,
      }
}

/** A reply that is not ok, in words. */
function words(reply: Reply): string {
  const outcome = outcomeOf(reply, () => undefined)
  const why = 'why' in outcome ? outcome.why : 'Slack answered something unexpected'
  return `${why}${reply.kind === 'error' ? ` (${reply.code})` : ''}.`
}
