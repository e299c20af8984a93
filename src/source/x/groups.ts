/**
 * Many accounts at once: those in a list, and those whom an account follows. What naming them costs is asked first, and cheaply; then they are
 * read page by page, never more of them than was agreed on. docs.x.com/x-api/lists/list-members, docs.x.com/x-api/users/follows
 */
import { z } from 'zod'
import type { Account } from '../../domain/account.ts'
import { xRateCard } from '../../domain/rate-card.ts'
import type { Clock } from '../../kit/clock.ts'
import { xFollowingPerPageMax, xGroupPagesMax, xMembersPerPageMax } from '../../limits.ts'
import type { Group, GroupMembers, GroupPrice, People } from '../source.ts'
import { nothingRead, type OnReads } from './charged.ts'
import type { XClient, XRequest } from './client.ts'
import { toAccount, userFields } from './people.ts'
import { usersAnswer, wireError } from './schema.ts'

export interface GroupDeps {
  readonly client: XClient
  readonly clock: Clock
  readonly people: Pick<People, 'remember'>
  readonly onReads: OnReads
}

const errors = z.array(wireError).nullish()
const listAnswer = z.object({
  data: z.object({ id: z.string(), name: z.string(), member_count: z.number().nullish() }).nullish(),
  errors,
})
const ownerAnswer = z.object({
  data: z
    .array(
      z.object({
        id: z.string(),
        username: z.string(),
        protected: z.boolean().nullish(),
        public_metrics: z.object({ following_count: z.number().nullish() }).nullish(),
      }),
    )
    .nullish(),
  errors,
})
const membersAnswer = usersAnswer.extend({ meta: z.object({ next_token: z.string().nullish() }).nullish() })

/** How many there are and what X charges for naming them; asking costs $0.005 for a list, $0.010 for an account. A sentence when it cannot be told. */
export async function priceOf(
  { client, onReads }: GroupDeps,
  group: Group,
  signal: AbortSignal,
): Promise<GroupPrice | string> {
  if (group.kind === 'list') {
    const query = { 'list.fields': 'member_count,name' }
    const answer = await client.ask({ path: `/2/lists/${group.id}`, query }, listAnswer, signal)
    if (!answer.ok) return answer.error.why
    const { data } = answer.value
    if (!data) return 'X shows no list there: it is gone, or private, which X shows to its owner only.'
    // A list costs what a post costs ($0.005), and has no column of its own in the ledger.
    onReads({ ...nothingRead, inner: [`list:${data.id}`] }, 'lookup')
    return priced(group.id, `the list “${data.name}”`, data.member_count)
  }
  const query = { usernames: group.handle, 'user.fields': 'protected,public_metrics' }
  const answer = await client.ask({ path: '/2/users/by', query }, ownerAnswer, signal)
  if (!answer.ok) return answer.error.why
  const [owner] = answer.value.data ?? []
  if (owner === undefined) {
    const suspended = answer.value.errors?.some(({ detail }) => /suspended/i.test(detail ?? '')) === true
    return suspended ? `X has suspended the account @${group.handle}.` : `There is no account @${group.handle} on X.`
  }
  onReads({ ...nothingRead, users: [owner.id] }, 'lookup')
  if (owner.protected) return `@${owner.username} is protected, and X tells no app whom it follows.`
  return priced(owner.id, `those whom @${owner.username} follows`, owner.public_metrics?.following_count)
}

function priced(id: string, name: string, accounts: number | null | undefined): GroupPrice | string {
  if (typeof accounts !== 'number') return `X does not say how many accounts are in ${name}.`
  return { id, name, accounts, microsEach: xRateCard.micros.users }
}

/** At most `max` of the accounts, in X's order; each that X gives costs $0.010, once a UTC day. */
export async function members(
  { client, clock, people, onReads }: GroupDeps,
  group: Group,
  { id }: GroupPrice,
  max: number,
  signal: AbortSignal,
): Promise<GroupMembers> {
  const path = group.kind === 'list' ? `/2/lists/${id}/members` : `/2/users/${id}/following`
  const pageMax = group.kind === 'list' ? xMembersPerPageMax : xFollowingPerPageMax
  const accounts: Account[] = []
  const protectedHandles: string[] = []
  const result = (why?: string): GroupMembers => ({
    accounts,
    protectedHandles,
    ...(why === undefined ? {} : { why }),
  })
  let read = 0
  let token: string | undefined
  for (let page = 0; page < xGroupPagesMax && read < max; page++) {
    const request: XRequest = {
      path,
      query: {
        'user.fields': userFields,
        // Not one more than is wanted: each is charged.
        max_results: String(Math.min(pageMax, max - read)),
        ...(token === undefined ? {} : { pagination_token: token }),
      },
    }
    const answer = await client.ask(request, membersAnswer, signal)
    if (!answer.ok) return result(answer.error.why)
    const users = (answer.value.data ?? []).filter(user => user !== null)
    if (users.length > 0) onReads({ ...nothingRead, users: users.map(user => user.id) }, 'lookup')
    read += users.length
    const open = users.filter(user => user.protected !== true).map(user => toAccount(user, clock.now()))
    accounts.push(...open)
    protectedHandles.push(...users.filter(user => user.protected === true).map(({ username }) => username))
    // Who is not remembered is only looked up once more.
    if (open.length > 0) await people.remember(open).catch(() => {})
    const next = answer.value.meta?.next_token
    if (!next) break
    token = next
  }
  return result()
}
