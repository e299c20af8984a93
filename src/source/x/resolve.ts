/**
 * What people type → accounts. A handle in any case with or without `@`, the address of a profile (as Slack wraps it, too), or
 * a name with its handle in brackets. One answer for each input, in their order; who cannot be followed is told apart by why.
 * docs.x.com/x-api/users/user-lookup-by-usernames
 */
import type { Account, Resolution } from '../../domain/account.ts'
import { xUsersPerRequestMax } from '../../limits.ts'
import type { XClient } from './client.ts'
import { usersAnswer, type WireError, type WireUser } from './schema.ts'
import { isWeb } from './spans.ts'

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

export async function resolveAccounts(
  client: XClient,
  inputs: readonly string[],
  signal: AbortSignal,
): Promise<readonly Resolution[]> {
  const typed = inputs.map(input => ({ input, handle: handleIn(input) }))
  const unique = [...new Set(typed.flatMap(({ handle }) => (handle === undefined ? [] : [handle.toLowerCase()])))]
  const found = new Map<string, Finding>()
  for (let at = 0; at < unique.length; at += xUsersPerRequestMax) {
    const batch = unique.slice(at, at + xUsersPerRequestMax)
    for (const [handle, finding] of await lookUp(client, batch, signal)) found.set(handle, finding)
  }
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
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Finding>> {
  const query = { usernames: handles.join(','), 'user.fields': 'name,username,profile_image_url,protected' }
  const answer = await client.ask({ path: '/2/users/by', query }, usersAnswer, signal)
  if (!answer.ok) return new Map(handles.map(handle => [handle, { kind: 'failed', why: answer.error.why }]))
  const found = new Map<string, Finding>()
  for (const error of answer.value.errors ?? []) {
    const handle = String(error?.value ?? error?.resource_id ?? '').toLowerCase()
    if (error) found.set(handle, missing(error, handle))
  }
  for (const user of answer.value.data ?? []) if (user) found.set(user.username.toLowerCase(), toFinding(user))
  return found
}

function missing(error: WireError, handle: string): Finding {
  if (/suspended/i.test(error.detail ?? ''))
    return { kind: 'suspended', why: `X has suspended the account @${handle}.` }
  if (/not authorized/i.test(error.detail ?? '')) return { kind: 'protected', why: protectedWhy(handle) }
  return { kind: 'unknown', why: `There is no account @${handle} on X.` }
}

function toFinding(user: WireUser): Finding {
  if (user.protected) return { kind: 'protected', why: protectedWhy(user.username) }
  return { kind: 'found', account: toAccount(user) }
}

function toAccount(user: WireUser): Account {
  const avatar = user.profile_image_url
  return {
    source: 'x',
    id: user.id,
    handle: user.username,
    name: user.name || user.username,
    ...(avatar && isWeb(avatar) ? { avatarUrl: avatar } : {}),
  }
}

function protectedWhy(handle: string): string {
  return `The posts of @${handle} are protected, and X gives them to no app.`
}

function invalid(input: string): string {
  const shown = input.length > 60 ? `${input.slice(0, 60)}…` : input
  return `“${shown}” cannot be a handle on X: one has 1 to 15 letters, digits or underscores, as in @mira_okafor.`
}
