/** What `doctor` asks X: is the token good, may the app have a filtered stream, how many rules. Costs nothing: no post and no account is read. */
import type { Finding } from '../../domain/finding.ts'
import type { Clock } from '../../kit/clock.ts'
import { createBearer, type XAuth } from './bearer.ts'
import { createClient } from './client.ts'
import { rulesCounts } from './schema.ts'

export interface CheckXOptions {
  readonly apiUrl: string
  readonly auth: XAuth
  readonly clock: Clock
}

/** A rule cap below this is that of an app without credits (docs.x.com/x-api/posts/filtered-stream/introduction: 1,000). */
const fewRules = 25

export async function checkX({ apiUrl, auth, clock }: CheckXOptions, signal: AbortSignal): Promise<readonly Finding[]> {
  const client = createClient({ apiUrl, bearer: createBearer(auth, apiUrl, clock), clock })
  const answer = await client.ask({ path: '/2/tweets/search/stream/rules/counts' }, rulesCounts, signal)
  if (!answer.ok) return [{ name: 'X', ok: false, detail: answer.error.why }]
  const { cap_per_client_app: cap, cap_per_project: projectCap, project_rules_count: used } = answer.value.data
  const room = Math.min(cap, projectCap ?? cap)
  const rules = `${used ?? 0} of ${room} rules are in use.`
  return [
    { name: 'X', ok: true, detail: 'The token is good and the app may read the filtered stream.' },
    room < fewRules
      ? {
          name: 'X rules',
          ok: false,
          detail: `${rules} That is the cap of an app without pay-per-use: keywords cannot all be filtered at X then, and more posts are bought. Enable pay-per-use at https://console.x.com.`,
        }
      : { name: 'X rules', ok: true, detail: rules },
  ]
}
