/**
 * Who somebody is: a Slack user id, with what Slack says along with it, to an Actor with a role. Slack is asked (`users.info`), the answer
 * kept for some minutes, and no action waits long for it.
 *
 * Where Slack cannot say (slow, down, without the scope `users:read`) somebody counts as a member and nothing more, unless BIRDWIRE_ADMINS
 * names them; whom Slack called a guest or of another organisation before stays that. So a failure never makes an administrator.
 */
import type { App } from '@slack/bolt'
import { z } from 'zod'
import type { Actor } from '../../control/control.ts'
import type { Role } from '../../control/may.ts'
import type { Clock } from '../../kit/clock.ts'
import {
  slackMembershipPagesMax,
  slackMembershipsMs,
  slackPeopleMax,
  slackPeopleMs,
  slackWhoAgainMs,
  slackWhoMs,
} from '../../limits.ts'

/** Somebody as a payload of Slack's names them. */
export interface Claims {
  readonly id: string
  readonly name?: string
  /** The workspace whose member they are. */
  readonly team?: string
}

/** The workspace that the bot is installed in. */
export interface Home {
  readonly team: string
  /** Set where workspaces are one organisation. */
  readonly enterprise?: string
}

export interface PeopleOptions {
  readonly client: App['client']
  readonly token: string
  /** User ids of those who may change everything, whatever Slack says of them. */
  readonly admins: readonly string[]
  readonly clock: Clock
  /** Undefined until Slack told it. */
  home(): Home | undefined
  /** Slack could not be asked; told once for each reason. */
  failed(error: unknown): void
}

export interface People {
  /** Who acts in the channel where they act: whoever can act there is in it. Never rejects. */
  actor(claims: Claims): Promise<Actor>
  /** Who acts on a channel from elsewhere (Home, a form): a visitor where it is not known that they are in it. Never rejects. */
  actorIn(claims: Claims, channel: string): Promise<Actor>
  /**
   * Ids of the channels that somebody is in: all public ones, and the private ones where the bot is too. Undefined when Slack does not say.
   * Never rejects; may take as long as Slack.
   */
  memberChannels(user: string): Promise<ReadonlySet<string> | undefined>
  /** What Slack calls somebody, as commands name whoever types them; undefined when it does not say soon. Never rejects. */
  nameOf(user: string): Promise<string | undefined>
}

/** docs.slack.dev/reference/objects/user-object */
const flag = z.boolean().optional()
const slackUser = z.object({
  name: z.string().optional(),
  team_id: z.string().optional(),
  deleted: flag,
  is_admin: flag,
  is_owner: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
  enterprise_user: z.object({ enterprise_id: z.string().optional(), teams: z.array(z.string()).optional() }).optional(),
})
export type SlackUser = z.infer<typeof slackUser>

/** What Slack's word on somebody makes them. Pure. Only our own workspace's administrators are ours, so none before it is known which that is. */
export function roleOf(user: SlackUser, home: Home | undefined): Role {
  const ours =
    home !== undefined && (user.team_id === home.team || user.enterprise_user?.teams?.includes(home.team) === true)
  const related = home?.enterprise !== undefined && user.enterprise_user?.enterprise_id === home.enterprise
  const foreign = home !== undefined && user.team_id !== undefined && !ours && !related
  if (user.is_stranger === true || foreign) return 'outsider'
  if (user.is_restricted === true || user.is_ultra_restricted === true || user.deleted === true) return 'guest'
  return ours && (user.is_admin === true || user.is_owner === true) ? 'admin' : 'member'
}

interface Known {
  /** Undefined: Slack could not say. */
  readonly role: Role | undefined
  readonly name?: string | undefined
  readonly until: number
}

export function createPeople({ client, token, admins, clock, home, failed }: PeopleOptions): People {
  const roles = new Kept<Known>(clock)
  const memberships = new Kept<{ readonly channels: ReadonlySet<string> | undefined; readonly until: number }>(clock)
  const told = new Set<string>()
  const tell = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error)
    if (!told.has(reason)) failed(error)
    told.add(reason)
  }

  const ask = (user: string): Promise<Known> =>
    roles.get(user, async before => {
      try {
        const reply = await client.users.info({ token, user })
        const ours = home()
        // Not kept while it is not known which workspace is ours.
        const until = clock.now() + (ours === undefined ? 0 : slackPeopleMs)
        const { data: said } = slackUser.safeParse(reply.user)
        if (said === undefined)
          throw new Error('Slack describes somebody (users.info) in a way that it does not document.')
        return { role: roleOf(said, ours), name: said.name, until }
      } catch (error) {
        tell(error)
        return { role: lowly(before?.role), name: before?.name, until: clock.now() + slackWhoAgainMs }
      }
    })

  const memberChannels: People['memberChannels'] = async user => {
    const found = await memberships.get(user, async () => {
      try {
        const channels = await channelsOf(client, token, user)
        return { channels, until: clock.now() + slackMembershipsMs }
      } catch (error) {
        tell(error)
        return { channels: undefined, until: clock.now() + slackWhoAgainMs }
      }
    })
    return found.channels
  }

  const roleFor = async ({ id, team }: Claims): Promise<Role> => {
    if (admins.includes(id)) return 'admin'
    const ours = home()
    const foreign = ours !== undefined && team !== undefined && team !== ours.team
    if (foreign && ours.enterprise === undefined) return 'outsider'
    const known = await soon(clock, ask(id))
    return known?.role ?? lowly(roles.last(id)?.role) ?? (foreign ? 'outsider' : 'member')
  }

  const actor = async (claims: Claims): Promise<Actor> => {
    const { id, name = '' } = claims
    return { id, ...(name === '' ? {} : { name }), role: await roleFor(claims) }
  }

  return {
    actor,
    async actorIn(claims, channel) {
      const [who, channels] = await Promise.all([actor(claims), soon(clock, memberChannels(claims.id))])
      return who.role !== 'member' || channels?.has(channel) === true ? who : { ...who, role: 'visitor' }
    },
    memberChannels,
    nameOf: async user => (/^[UW][A-Z0-9]+$/.test(user) ? (await soon(clock, ask(user)))?.name : undefined),
  }
}

/** What outlasts a failure: less than a member, and nothing more. */
const lowly = (role: Role | undefined): Role | undefined => (role === 'guest' || role === 'outsider' ? role : undefined)

/** docs.slack.dev/reference/methods/users.conversations */
const someChannels = z.object({
  channels: z.array(z.object({ id: z.string() })).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
})

async function channelsOf(client: App['client'], token: string, user: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  let cursor: string | undefined
  for (let page = 0; page < slackMembershipPagesMax; page++) {
    const reply = await client.users.conversations({
      ...{ token, user, types: 'public_channel,private_channel', limit: 999 },
      ...(cursor === undefined ? {} : { cursor }),
    })
    const { data: said } = someChannels.safeParse(reply)
    if (said === undefined)
      throw new Error('Slack lists channels (users.conversations) in a way that it does not document.')
    for (const { id } of said.channels) ids.add(id)
    cursor = said.response_metadata?.next_cursor
    if (cursor === undefined || cursor === '') return ids
  }
  return ids
}

/** What comes within the time that an action may wait for Slack's word on somebody; else undefined. */
async function soon<T>(clock: Clock, asking: Promise<T>): Promise<T | undefined> {
  const answered = new AbortController()
  try {
    return await Promise.race([asking, clock.sleep(slackWhoMs, answered.signal).then(() => undefined)])
  } finally {
    answered.abort()
  }
}

/** Answers about people, kept until their time is over; who asks while an answer is on its way waits for the same one. */
class Kept<T extends { readonly until: number }> {
  readonly #clock: Clock
  readonly #known = new Map<string, T>()
  readonly #asking = new Map<string, Promise<T>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The newest answer, however old. */
  last(user: string): T | undefined {
    return this.#known.get(user)
  }

  /** `ask` must not reject. */
  get(user: string, ask: (before: T | undefined) => Promise<T>): Promise<T> {
    const known = this.#known.get(user)
    if (known !== undefined && this.#clock.now() < known.until) return Promise.resolve(known)
    const asking = this.#asking.get(user) ?? this.#ask(user, ask(known))
    this.#asking.set(user, asking)
    return asking
  }

  async #ask(user: string, asking: Promise<T>): Promise<T> {
    const answer = await asking
    this.#asking.delete(user)
    this.#known.delete(user)
    this.#known.set(user, answer)
    // A Map keeps the order of insertion: the first is the oldest.
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= slackPeopleMax) break
      this.#known.delete(oldest)
    }
    return answer
  }
}
