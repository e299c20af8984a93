/** What X counted itself. Free, and the only word on what was charged that is X's own. docs.x.com/x-api/usage */
import type { XClient } from './client.ts'
import { rulesCounts, usageAnswer } from './schema.ts'

/** Posts that X counted in one UTC day, YYYY-MM-DD. */
interface UsageOfDay {
  readonly day: string
  readonly posts: number
}

/** X tells of at most so many days. docs.x.com/x-api/usage/get-usage */
const daysMax = 90

/**
 * By UTC day, newest last: of this app where X tells that, else of the whole project. A sentence when it cannot be had.
 * X counts posts alone here, no people.
 */
export async function usageByDay(
  client: XClient,
  days: number,
  signal: AbortSignal,
): Promise<readonly UsageOfDay[] | string> {
  const query = {
    days: String(Math.min(daysMax, Math.max(1, Math.ceil(days)))),
    'usage.fields': 'daily_client_app_usage,daily_project_usage',
  }
  const answer = await client.ask({ path: '/2/usage/tweets', query }, usageAnswer, signal)
  if (!answer.ok) return `X does not say what it counted: ${answer.error.why}`
  const { daily_client_app_usage: told, daily_project_usage: project } = answer.value.data
  const apps = (told ?? []).filter(app => app !== null)
  const app = apps.length > 1 ? await ourApp(client, signal) : apps[0]?.client_app_id
  const ours = apps.length === 1 ? apps[0] : apps.find(each => each.client_app_id === app)
  const usage = ours?.usage ?? project?.usage
  if (!usage) return "X's answer does not say what was read a day."
  const byDay = new Map<string, number>()
  for (const each of usage) {
    const day = /^\d{4}-\d{2}-\d{2}/.exec(each?.date ?? '')?.[0]
    if (each !== null && day !== undefined) byDay.set(day, Math.max(each.usage, byDay.get(day) ?? 0))
  }
  return [...byDay].map(([day, posts]) => ({ day, posts })).toSorted((a, b) => (a.day < b.day ? -1 : 1))
}

/** The id of the app that the token belongs to: X tells it with the counts of rules. */
async function ourApp(client: XClient, signal: AbortSignal): Promise<string | undefined> {
  const answer = await client.ask({ path: '/2/tweets/search/stream/rules/counts' }, rulesCounts, signal)
  return answer.ok ? (answer.value.data.client_app_rules_count?.client_app_id ?? undefined) : undefined
}
