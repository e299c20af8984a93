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
