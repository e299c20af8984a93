/**
 * Who and what there is: team, app, users, channels, tokens. Channels are replaced when they change, so a reader that kept one sees no
 * surprise. Messages live in timeline.ts.
 */
import type { Ids, Now } from './ids.ts'
import {
  type ChannelSeed,
  channelFrom,
  defaultApp,
  defaultChannels,
  defaultTeam,
  defaultTokens,
  defaultUsers,
  type SimApp,
  type SimTeam,
  type TokenSeed,
  type UserSeed,
  userFrom,
} from './seed.ts'
import type { SimChannel, SimToken, SimUser } from './types.ts'

/** What a workspace is made from; whatever is left out comes from seed.ts. */
export interface WorkspaceSeed {
  readonly team?: SimTeam
  readonly app?: SimApp
  readonly users?: readonly UserSeed[]
  readonly channels?: readonly ChannelSeed[]
  readonly tokens?: readonly TokenSeed[]
}

export class Workspace {
  readonly team: SimTeam
  readonly app: SimApp
  readonly users = new Map<string, SimUser>()
  readonly channels = new Map<string, SimChannel>()
  readonly #tokens = new Map<string, SimToken>()
  readonly #ids: Ids
  readonly #now: Now

  constructor(seed: WorkspaceSeed, ids: Ids, now: Now) {
    this.team = seed.team ?? defaultTeam
    this.app = seed.app ?? defaultApp
    this.#ids = ids
    this.#now = now
    const people = (seed.users ?? defaultUsers).map(userFrom)
    const bot = userFrom({ id: this.app.botUser, name: this.app.botName, isBot: true })
    for (const user of [...people, bot]) this.users.set(user.id, user)
    const everybody = people.map(user => user.id)
    for (const channel of seed.channels ?? defaultChannels) {
      this.channels.set(channel.id, channelFrom(channel, this.app, everybody, now()))
    }
    for (const token of seed.tokens ?? defaultTokens)
      this.#tokens.set(token.token, { ...token, refusedWith: undefined })
  }

  token(value: string): SimToken | undefined {
    return this.#tokens.get(value)
  }

  /** From now on every call with this token is refused with this error. */
  refuseToken(value: string, error: string): void {
    const token = this.#tokens.get(value)
    if (token === undefined) throw new Error(`The simulated workspace has no token ${value}.`)
    this.#tokens.set(value, { ...token, refusedWith: error })
  }

  /** The token is good again: the app was installed anew and kept its token. */
  acceptToken(value: string): void {
    const token = this.#tokens.get(value)
    if (token === undefined) throw new Error(`The simulated workspace has no token ${value}.`)
    this.#tokens.set(value, { ...token, refusedWith: undefined })
  }

  /** By id, or by name for a public channel (docs.slack.dev/reference/methods/chat.postMessage allows names there). */
  channel(idOrName: string): SimChannel | undefined {
    const byId = this.channels.get(idOrName)
    if (byId !== undefined) return byId
    const name = idOrName.startsWith('#') ? idOrName.slice(1) : idOrName
    return [...this.channels.values()].find(channel => channel.kind === 'public' && channel.name === name)
  }

  /** The direct conversation between the app and a person, opened when first needed. */
  directMessage(user: string): SimChannel {
    const open = [...this.channels.values()].find(channel => channel.kind === 'im' && channel.members.has(user))
    if (open !== undefined) return open
    const seed: ChannelSeed = { id: this.#ids.next('D'), name: 'directmessage', kind: 'im', bot: true, members: [user] }
    const made = channelFrom(seed, this.app, [user], this.#now())
    this.channels.set(made.id, made)
    return made
  }

  /** Changes a channel. Throws for an id that does not exist: that is a mistake in a test, not a state of Slack. */
  change(id: string, what: Partial<Omit<SimChannel, 'id'>>): SimChannel {
    const changed = { ...this.room(id), ...what }
    this.channels.set(changed.id, changed)
    return changed
  }

  setMember(id: string, user: string, isMember: boolean): SimChannel {
    const members = new Set(this.channels.get(id)?.members)
    if (isMember) members.add(user)
    else members.delete(user)
    return this.change(id, { members })
  }

  /** For tests: a channel of any kind by id or name. Throws where there is none. */
  room(idOrName: string): SimChannel {
    const room = this.channels.get(idOrName) ?? [...this.channels.values()].find(each => each.name === idOrName)
    if (room === undefined) throw new Error(`The simulated workspace has no channel ${idOrName}.`)
    return room
  }

  /** For tests: a user by id or name. Throws where there is none. */
  person(idOrName: string): SimUser {
    const person = this.users.get(idOrName) ?? [...this.users.values()].find(each => each.name === idOrName)
    if (person === undefined) throw new Error(`The simulated workspace has no user ${idOrName}.`)
    return person
  }

  botIsIn(channel: SimChannel): boolean {
    return channel.members.has(this.app.botUser)
  }
}
