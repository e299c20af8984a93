/** X's answers to everything that is asked of it but the stream: the token, people, posts, lists, rules, usage, problems. Never throws, never asks for ever. */
import { emptyRoute } from '../../../src/domain/route.ts'
import type { Clock } from '../../../src/kit/clock.ts'
import { seededRandom } from '../../../src/kit/random.ts'
import { xRequestMs } from '../../../src/limits.ts'
import { syncSubscriptions } from '../../../src/source/x/activity/subscriptions.ts'
import { createBearer } from '../../../src/source/x/bearer.ts'
import { checkX } from '../../../src/source/x/check.ts'
import { createClient } from '../../../src/source/x/client.ts'
import { planRules } from '../../../src/source/x/rules/plan.ts'
import { freshMemory, syncRules } from '../../../src/source/x/rules/sync.ts'
import { createXSource } from '../../../src/source/x/source.ts'
import { hashOf, must, type Target } from '../target.ts'
import { mustBeSentence } from './said.ts'
import { isRecord, jsonIn, saidIn, stubFetch } from './stub-fetch.ts'
import { wires } from './wires.ts'

/** Nothing that is asked once needs more requests, retries and pages included. */
const requestsMax = 150
const apiUrl = 'https://api.x.test'
const auth = { kind: 'key', key: 'key-of-the-app', secret: 'secret-of-the-app' } as const
/** Whoever is quoted, these must not be in it. */
const secrets = [auth.secret, Buffer.from(`${auth.key}:${auth.secret}`).toString('base64')]

const user = {
  id: '101',
  username: 'mira_okafor',
  name: 'Mira Okafor',
  protected: false,
  profile_image_url: 'https://pbs.twimg.com/a.jpg',
  created_at: '2019-01-02T03:04:05.000Z',
  public_metrics: { tweet_count: 1200 },
}
const answers = [
  {
    data: [user],
    errors: [{ value: 'nobody', title: 'Not Found Error', type: 'https://api.x.com/2/problems/resource-not-found' }],
  },
  { data: user },
  { data: { id: '1600', name: 'Labs', member_count: 3, owner_id: '101' } },
  { data: [user], meta: { next_token: 'abc', result_count: 1 } },
  { data: [{ id: '1', value: 'from:101', tag: 'birdwire 1' }], meta: { next_token: 'abc', sent: '2026-01-05' } },
  {
    data: [{ id: '1', value: 'gravity' }],
    errors: [{ value: 'a OR', title: 'UnprocessableEntity', details: ['no viable alternative'] }],
    meta: { summary: { created: 1, not_created: 1, deleted: 1 } },
  },
  {
    data: {
      cap_per_client_app: '1000',
      project_rules_count: 5,
      client_app_rules_count: { client_app_id: '7', rule_count: 5 },
    },
  },
  {
    data: {
      daily_project_usage: { usage: [{ date: '2026-01-04T00:00:00.000Z', usage: '12' }] },
      daily_client_app_usage: [{ client_app_id: '7', usage: [{ date: '2026-01-04', usage: 3 }] }],
    },
  },
  { data: { successful_kills: 1, failed_kills: 0 } },
  {
    data: [{ subscription_id: 's1', event_type: 'post.delete', filter: { user_id: '101' }, tag: 'birdwire' }],
    meta: { next_token: 'abc' },
  },
  {
    data: { subscription: { subscription_id: 's1' } },
    errors: [{ message: 'limit', detail: 'SubscriptionLimitExceeded' }],
  },
  {
    status: 429,
    headers: { 'x-rate-limit-reset': '1767603660' },
    body: { title: 'UsageCapExceeded', period: 'Monthly', type: 'https://api.x.com/2/problems/usage-capped' },
  },
  {
    status: 403,
    headers: {},
    body: { reason: 'client-not-enrolled', detail: 'When authenticating…', type: 'about:blank' },
  },
  {
    status: 400,
    headers: {},
    body: { errors: [{ message: "Invalid 'end_time'", parameters: {} }], title: 'Invalid Request' },
  },
  { status: 503, headers: {}, body: '<html>over capacity</html>' },
].map(answer => JSON.stringify(answer))

const routes = [
  {
    ...emptyRoute('x', 'C1'),
    follows: [{ source: 'x' as const, id: '101', handle: 'mira_okafor', name: 'Mira' }],
    topics: ['"dark matter"'],
  },
]

export const xRest: Target = {
  name: 'x-rest',
  shape: 'json',
  share: 30,
  charsMax: 60_000,
  seeds: [
    ...answers,
    ...wires.slice(0, 4).map(wire => wire.replace('{"data":{', '{"data":[{').replace('},"includes"', '}],"includes"')),
  ],
  words: [
    'data',
    'errors',
    'meta',
    'next_token',
    'title',
    'detail',
    'type',
    'status',
    'body',
    'headers',
    'reason',
    'connection_issue',
    'value',
    'resource_id',
    'x-rate-limit-reset',
    'retry-after',
    'https://api.x.com/2/problems/usage-capped',
    'https://api.x.com/2/problems/rule-cap',
    auth.secret,
  ],
  open() {
    const network = stubFetch()
    return {
      async run(input) {
        const json = jsonIn(input)
        const said = saidIn(json ?? input)
        const stop = new AbortController()
        network.asked = 0
        network.answer = url => {
          if (network.asked > requestsMax) stop.abort()
          return url.endsWith('/oauth2/token') && !tokenLike(json)
            ? { status: 200, headers: {}, body: '{"token_type":"bearer","access_token":"AAAA%2Fbbb"}' }
            : said
        }
        const told: unknown = await ask(hashOf(input) % 12, stop.signal)
        return () => {
          must(network.asked <= requestsMax, 'X is asked again and again', String(network.asked))
          const text = JSON.stringify(told) ?? ''
          must(!secrets.some(secret => text.includes(secret) && !input.includes(secret)), 'a secret is in what is told')
          must(
            text.length <= 40 * input.length + 5000,
            'what is told is much longer than what X said',
            String(text.length),
          )
          for (const sentence of sentencesIn(told)) mustBeSentence(sentence)
        }
      },
      close: () => network[Symbol.dispose](),
    }
  },
}

const tokenLike = (json: unknown): boolean => isRecord(json) && ('access_token' in json || 'token_type' in json)

const account = { source: 'x', id: '101', handle: 'mira_okafor', name: 'Mira Okafor' } as const

async function ask(which: number, signal: AbortSignal): Promise<unknown> {
  const source = createXSource({
    apiUrl,
    auth,
    clock: hasty,
    random: seededRandom(1),
    mode: 'auto',
    people: nobodyKnown,
  })
  const bearer = createBearer(auth, apiUrl, hasty)
  const client = createClient({ apiUrl, bearer, clock: hasty })
  const list = { kind: 'list', id: '1600' } as const
  switch (which) {
    case 0:
      return source.resolve(['mira_okafor', '@tomas_lind', 'x.com/ibm'], signal)
    case 1:
      return source.newest(account, Date.UTC(2026, 0, 1), signal)
    case 2:
      return source.gone(['1857229011233410001', '1857229011233410002'], signal)
    case 3:
      return source.usage(30, signal)
    case 4:
      return source.disconnectAll(signal)
    case 5:
      return source.priceOf(list, signal)
    case 6:
      return source.members(list, { id: '1600', name: 'the list', accounts: 3, microsEach: 10_000 }, 50, signal)
    case 7:
      return source.lookUp('1857229011233410001', signal)
    case 8:
      return checkX({ apiUrl, auth, clock: hasty }, signal)
    case 9:
      return syncSubscriptions(client, ['101', '102'], new Map(), signal)
    case 10:
      return bearer.token(signal)
    default:
      return syncRules(
        client,
        limits => planRules(routes, { ...limits, rates: new Map() }),
        { memory: freshMemory(), mayDelete: true },
        signal,
      )
  }
}

const nobodyKnown = { known: async () => [], remember: async () => {} }

/** Waits for nothing but the end of a request. */
const hasty: Clock = {
  now: () => Date.UTC(2026, 0, 5, 9),
  sleep: (ms, signal) =>
    ms !== xRequestMs || signal === undefined || signal.aborted
      ? Promise.resolve()
      : new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true })),
}

/** Every `why`, however deep. */
function* sentencesIn(value: unknown, depth = 0): Generator<string> {
  if (typeof value !== 'object' || value === null || depth > 6) return
  for (const [key, each] of Object.entries(value)) {
    if ((key === 'why' || key === 'detail') && typeof each === 'string') yield each
    else yield* sentencesIn(each, depth + 1)
  }
}
