/**
 * What people type → accounts. A handle in any case with or without `@`, the address of a profile (as Slack wraps it, too), or
 * a name with its handle in brackets. One answer for each input, in their order; who cannot be followed is told apart by why.
 * docs.x.com/x-api/users/user-lookup-by-usernames
 */
import type { Resolution } from '../../domain/account.ts'
import { type Clock, systemClock } from '../../kit/clock.ts'
import { xUsersPerRequestMax } from '../../limits.ts'
import type { People } from '../source.ts'
import { nothingRead, type OnReads } from './charged.ts'
import type { XClient } from './client.ts'
import { toAccount, userFields } from './people.ts'
import { usersAnswer, type WireError, type WireUser } from './schema.ts'

/** Pages of X itself that look like profiles. */
const notHandles = new Set([
  'home',
  'explore',
  'search',
  'i',
  'intent',
  'share',
  'hashtag',
  'settings',
  'messages',
  'notifications',
  'compose',
  'login',
  'signup',
  'tos',
  'privacy',
])

/** The handle that a person meant, as typed; undefined when it cannot be one. */
export function handleIn(input: string): string | undefined {
  const text = input.normalize('NFKC').trim()
  const slack = /^<([^|>]*)(?:\|[^>]*)?>$/.exec(text)?.[1] ?? text
  const path = /^(?:https?:\/\/)?(?:www\.|mobile\.|m\.)?(?:x|twitter)\.com\/(?:#!\/)?@?([^/?#]+)/i.exec(slack)?.[1]
  if (path !== undefined) return isHandle(path) && !notHandles.has(path.toLowerCase()) ? path : undefined
  const inName = /[\s(]@(\w{1,15})\)?$/.exec(slack)?.[1]
  const bare = slack.replace(/^@/, '')
  return isHandle(bare) ? bare : inName
}

function isHandle(text: string): boolean {
  return /^[A-Za-z0-9_]{1,15}$/.test(text)
}

export interface ResolveOptions {
  readonly clock?: Clock
  /** Remembers who was found, so that their posts need no further look. */
  readonly people?: Pick<People, 'remember'>
  /** X charges $0.010 for each account that it gives, once a UTC day. */
  readonly onReads?: OnReads
}

/** Never rejects: what X does not answer is `failed`, with its reason. */
export async function resolveAccounts(
  client: XClient,
  inputs: readonly string[],
  signal: AbortSignal,
  { clock = systemClock, people, onReads }: ResolveOptions = {},
): Promise<readonly Resolution[]> {
  const typed = inputs.map(input => ({ input, handle: handleIn(input) }))
  const unique = [...new Set(typed.flatMap(({ handle }) => (handle === undefined ? [] : [handle.toLowerCase()])))]
  const found = new Map<string, Finding>()
  for (let at = 0; at < unique.length; at += xUsersPerRequestMax) {
    const batch = unique.slice(at, at + xUsersPerRequestMax)
    const answer = await lookUp(client, batch, clock, signal)
    if (answer.read.length > 0) onReads?.({ ...nothingRead, users: answer.read }, 'lookup')
    for (const [handle, finding] of answer.findings) found.set(handle, finding)
  }
  const accounts = [...found.values()].flatMap(finding => (finding.kind === 'found' ? [finding.account] : []))
  // Who is not remembered is only looked up once more.
  if (accounts.length > 0) await people?.remember(accounts).catch(() => {})
  return typed.map(({ input, handle }): Resolution => {
    if (handle === undefined) return { kind: 'invalid', input, why: invalid(input) }
    const finding = found.get(handle.toLowerCase())
    return finding === undefined
      ? { kind: 'unknown', input, why: `There is no account @${handle} on X.` }
      : { ...finding, input }
  })
}

type WithoutInput<T> = T extends unknown ? Omit<T, 'input'> : never
type Finding = WithoutInput<Resolution>

async function lookUp(
  client: XClient,
  handles: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly findings: ReadonlyMap<string, Finding>; readonly read: readonly string[] }> {
  const query = { usernames: handles.join(','), 'user.fields': userFields }
  const answer = await client.ask({ path: '/2/users/by', query }, usersAnswer, signal)
  if (!answer.ok) {
    const finding: Finding = { kind: 'failed', why: answer.error.why }
    return { findings: new Map(handles.map(handle => [handle, finding])), read: [] }
  }
  const findings = new Map<string, Finding>()
  for (const error of answer.value.errors ?? []) {
    const handle = String(error?.value ?? error?.resource_id ?? '').toLowerCase()
    if (error) findings.set(handle, missing(error, handle))
  }
  const users = (answer.value.data ?? []).filter(user => user !== null)
  for (const user of users) findings.set(user.username.toLowerCase(), toFinding(user, clock.now()))
  return { findings, read: users.map(user => user.id) }
}

function missing(error: WireError, handle: string): Finding {
  if (/suspended/i.test(error.detail ?? ''))
    return { kind: 'suspended', why: `X has suspended the account @${handle}.` }
  if (/not authorized/i.test(error.detail ?? '')) return { kind: 'protected', why: protectedWhy(handle) }
  return { kind: 'unknown', why: `There is no account @${handle} on X.` }
}

function toFinding(user: WireUser, now: number): Finding {
  if (user.protected) return { kind: 'protected', why: protectedWhy(user.username) }
  return { kind: 'found', account: toAccount(user, now) }
}

function protectedWhy(handle: string): string {
  return `The posts of @${handle} are protected, and X gives them to no app.`
}

function invalid(input: string): string {
  const shown = input.length > 60 ? `${input.slice(0, 60)}…` : input
  return `“${shown}” cannot be a handle on X: one has 1 to 15 letters, digits or underscores, as in @mira_okafor.`
}
