/**
 * The workspace that a simulator starts with unless told otherwise: a physics group of invented people, and one channel for every state
 * that a bot can meet (joined, public but not joined, private joined and not, archived, read-only).
 */
import type { SimChannel, SimToken, SimUser } from './types.ts'

export interface SimTeam {
  readonly id: string
  readonly name: string
  readonly domain: string
}

/** The app as Slack knows it. */
export interface SimApp {
  readonly id: string
  readonly botId: string
  readonly botUser: string
  readonly botName: string
}

/** What a person writes to seed a user; the rest is filled in. */
export type UserSeed = Pick<SimUser, 'id' | 'name'> & Partial<SimUser>
/** What a person writes to seed a channel. `bot` says whether the bot is a member; everybody else is, unless `members` says who. */
export type ChannelSeed = Pick<SimChannel, 'id' | 'name'> &
  Partial<Omit<SimChannel, 'members'>> & { readonly bot?: boolean; readonly members?: readonly string[] }
export type TokenSeed = Pick<SimToken, 'token' | 'kind' | 'scopes'>

export const defaultTeam: SimTeam = { id: 'T0LATTICE', name: 'Lattice Group', domain: 'lattice-group' }
export const defaultApp: SimApp = { id: 'A0BIRDWIRE', botId: 'B0BIRDWIRE', botUser: 'U0BIRDWIRE', botName: 'birdwire' }

/** Clearly not real ones; long enough for clients that look at the prefix. */
const botToken = 'xoxb-simulated-bot'
const appToken = 'xapp-simulated-app'
export const signingSecret = 'simulated-signing-secret'

/** The scopes that a bot of this kind asks for. */
const botScopes = [
  'chat:write',
  'commands',
  'channels:read',
  'groups:read',
  'channels:join',
  'channels:history',
  'groups:history',
  'users:read',
] as const

export const defaultTokens: readonly TokenSeed[] = [
  { token: botToken, kind: 'bot', scopes: botScopes },
  { token: appToken, kind: 'app', scopes: ['connections:write'] },
]

export const defaultUsers: readonly UserSeed[] = [
  { id: 'U0MIRA', name: 'mira_okafor', realName: 'Mira Okafor', isAdmin: true, timezone: 'Europe/Paris' },
  { id: 'U0TOMAS', name: 'tomas_lind', realName: 'Tomas Lind', timezone: 'Europe/Stockholm' },
  { id: 'U0JUNO', name: 'juno_albright', realName: 'Juno Albright', timezone: 'America/Chicago' },
  { id: 'U0IDRIS', name: 'idris_vantongeren', realName: 'Idris van Tongeren', timezone: 'Africa/Accra' },
  { id: 'U0GUEST', name: 'gus_visser', realName: 'Gus Visser', guest: 'multi' },
  { id: 'U0OUTSIDE', name: 'odile_farrow', realName: 'Odile Farrow', foreignTeam: 'T0ELSEWHERE' },
]

export const defaultChannels: readonly ChannelSeed[] = [
  { id: 'C0GENERAL', name: 'general', general: true, bot: true, purpose: 'Everybody' },
  { id: 'C0DARK', name: 'dark-matter', bot: true, purpose: 'Direct detection and what follows' },
  { id: 'C0QUBITS', name: 'qubits', bot: true, purpose: 'Hardware and error correction' },
  { id: 'C0SEMINAR', name: 'seminar', bot: false, purpose: 'Talks; the bot has not been invited' },
  { id: 'G0COUNCIL', name: 'council', kind: 'private', bot: true, purpose: 'Private, the bot is in' },
  { id: 'G0HIRING', name: 'hiring', kind: 'private', bot: false, purpose: 'Private, the bot is out' },
  { id: 'C0OLDLAB', name: 'old-lab', archived: true, bot: true, purpose: 'Archived' },
  { id: 'C0NOTICES', name: 'notices', readOnly: true, bot: true, purpose: 'Only a few may write' },
]

/** A whole user from its seed. */
export function userFrom(seed: UserSeed): SimUser {
  return {
    realName: seed.name,
    displayName: seed.name,
    timezone: 'Etc/UTC',
    isBot: false,
    isAdmin: false,
    isOwner: false,
    guest: undefined,
    foreignTeam: undefined,
    deleted: false,
    ...seed,
  }
}

/** A whole channel from its seed; `everybody` are the members where the seed names none. */
export function channelFrom(seed: ChannelSeed, app: SimApp, everybody: readonly string[], now: number): SimChannel {
  const { bot = false, members = everybody, ...rest } = seed
  return {
    kind: 'public',
    archived: false,
    readOnly: false,
    general: false,
    topic: '',
    purpose: '',
    creator: everybody[0] ?? app.botUser,
    created: Math.floor(now / 1000),
    ...rest,
    members: new Set(bot ? [...members, app.botUser] : members),
  }
}
