/**
 * Who may do what, the same from every door. Members of a channel change that channel; administrators change anything, and only they what
 * concerns more than one channel and channels that are locked; guests and people from other organisations look.
 */
import type { Route } from '../domain/route.ts'

/**
 * `operator`: at the machine that Birdwire runs on. `admin`: an administrator of the workspace, or named in BIRDWIRE_ADMINS. `member`: of
 * the channel that is meant. `visitor`: a full member of the workspace who is not in that channel. `guest`: a guest account of the workspace.
 * `outsider`: of another organisation, in a shared channel.
 */
export type Role = 'operator' | 'admin' | 'member' | 'visitor' | 'guest' | 'outsider'

/** What a control asks of whoever uses it: `look` at this channel, `change` it, or `administer` what is everybody's. */
export type Need = 'look' | 'change' | 'administer'

/** Why somebody may not, and who may; undefined: they may. `route`: of the channel that is meant. */
export function refusalFor(role: Role, need: Need, route: Pick<Route, 'locked'> | undefined): string | undefined {
  if (need === 'look' || role === 'operator' || role === 'admin') return undefined
  if (role === 'guest') return 'Guests can look, but not change anything here: a member of this channel can.'
  if (role === 'outsider')
    return 'People from other organisations can look, but not change anything here: a member of this workspace can.'
  if (role === 'visitor') return 'Only members of that channel and administrators can change it. Join it first.'
  if (need === 'administer')
    return 'Only an administrator can do that: an admin of this Slack workspace, or somebody named in `BIRDWIRE_ADMINS`.'
  if (route?.locked === true)
    return 'This channel is locked: only an admin of this Slack workspace, or somebody named in `BIRDWIRE_ADMINS`, can change it.'
  return undefined
}

/** Whether other channels, and whom they read, are theirs to know. */
export function seesAll({ role }: { readonly role?: Role }): boolean {
  return role === 'admin' || role === 'operator'
}

/** Whether a sentence names one of these accounts or channels (by id or name), or none at all. */
export function isAbout(detail: string, handles: ReadonlySet<string>, channels: ReadonlySet<string>): boolean {
  const places = [...detail.matchAll(/\b[CGD][A-Z0-9]{5,}\b|#([\p{L}\p{N}_-]+)/gu)].map(([id, name]) => name ?? id)
  if (places.length > 0) return places.some(place => channels.has(place))
  const named = [...detail.matchAll(/@(\w{1,15})/g)].map(([, handle = '']) => handle.toLowerCase())
  return named.length === 0 || named.some(handle => handles.has(handle))
}
