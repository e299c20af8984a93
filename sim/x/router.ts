/**
 * The simulator's endpoints: who may call (bearer, credits, enrolment, rate limits), which faults strike, and which part
 * answers. Order of refusals as at X: 401, then 402 and 403, then 429, then the endpoint's own.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultPlan } from '../faults.ts'
import { avatarPng, photoPng } from '../world/pictures.ts'
import type { Activity } from './activity.ts'
import type { Connection } from './connection.ts'
import type { Groups } from './groups.ts'
import { parseJson, readBody, send, sendPng } from './http.ts'
import type { Bill, RateWindows } from './meter.ts'
import { isoTime, type Json } from './objects.ts'
import * as problems from './problems.ts'
import { invalidParameter, isProblem, type Problem } from './problems.ts'
import type { Read, Reads } from './reads.ts'
import type { RuleBook } from './rules.ts'
import { readSelection } from './select.ts'
import type { LineFault, Stream } from './stream.ts'

/** Faults that strike once per request. `detail.status`, `detail.body`, `detail.resetSeconds`, `detail.ms` refine them. */
const requestFaults = [
  'connect-5xx', // a stream connect answered with 500–504, as json, html or empty
  'connect-429', // a stream connect answered as over the rate limit, with the reset header
  'connect-too-many', // a stream connect answered as if another connection were open
  'connect-reset', // the socket dies before the stream's headers
  'rest-5xx',
  'rest-429',
  'rest-reset',
  'rest-slow',
] as const
export type XFault = LineFault | (typeof requestFaults)[number] | 'ghost'

/** How X treats the whole app; `no-stream`: as not enrolled, at the stream and its rules only. */
export type Standing =
  | 'good'
  | 'unauthorized'
  | 'no-credits'
  | 'payment-required'
  | 'not-enrolled'
  | 'no-stream'
  | 'usage-capped'

export interface RouterTools {
  readonly apiKey: string
  readonly apiSecret: string
  readonly bearer: string
  readonly clientAppId: string
  /** USD; undefined: never runs out. */
  readonly credits: number | undefined
  readonly lenientFields: boolean
  readonly now: () => number
  readonly faults: FaultPlan<XFault>
  readonly rules: RuleBook
  readonly bill: Bill
  readonly rates: RateWindows
  readonly reads: Reads
  readonly groups: Groups
  readonly stream: Stream
  readonly activity: Activity
  readonly control: (path: string, body: string) => Promise<Json | undefined>
  readonly changed: () => void
}

/** One request that was answered. */
export interface RequestEntry {
  readonly at: number
  readonly endpoint: string
  readonly path: string
  readonly status: number
}

const streamPath = '/2/tweets/search/stream'

/** What the month's cap of posts closes. */
const readsPosts: ReadonlySet<string> = new Set([
  `GET ${streamPath}`,
  'GET /2/tweets',
  'GET /2/tweets/search/recent',
  'GET /2/users/:id/tweets',
])

/** docs.x.com/x-api/usage/get-usage */
const usageFields = [
  'cap_reset_day',
  'daily_client_app_usage',
  'daily_project_usage',
  'project_cap',
  'project_id',
  'project_usage',
]

export class Router {
  standing: Standing = 'good'
  readonly requests: RequestEntry[] = []
  readonly #tools: RouterTools

  constructor(tools: RouterTools) {
    this.#tools = tools
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://simulator')
    const { pathname: path, searchParams: query } = url
    const endpoint = endpointOf(request.method ?? 'GET', path)
    response.once('close', () => {
      this.requests.push({
        at: this.#tools.now(),
        endpoint,
        path: url.pathname + url.search,
        status: response.statusCode,
      })
      this.#tools.changed()
    })
    if (endpoint === 'picture') return sendPng(response, picture(path))
    const body = request.method === 'GET' ? '' : await readBody(request)
    if (path.startsWith('/_sim/')) {
      const answer = await this.#tools.control(path.slice('/_sim/'.length), body)
      return answer === undefined ? problem(response, problems.notFound) : send(response, 200, answer)
    }
    if (path === '/oauth2/token') {
      const answer = this.#token(request, body)
      return send(response, answer.status, answer.body)
    }
    const refused = this.#admit(request, response, endpoint)
    if (refused !== undefined) return problem(response, refused)
    if (await this.#struck(response, endpoint)) return
    if (endpoint === `GET ${streamPath}`) {
      const shut = this.#openStream(request, response, query)
      return shut === undefined ? undefined : problem(response, shut)
    }
    if (path.startsWith('/2/activity/')) {
      const said = this.#tools.activity.answer(endpoint, { request, response, path, query, body })
      return said === undefined ? undefined : problem(response, said)
    }
    const answer = await this.#answer(endpoint, path, query, body)
    if ('read' in answer) this.#tools.bill.read(answer.read.posts, answer.read.users, answer.read.lists)
    send(response, answer.status, answer.body)
  }

  /** Whether this request is let in; sets the rate-limit headers, which X leaves out of a 401. */
  #admit(request: IncomingMessage, response: ServerResponse, endpoint: string): Problem | undefined {
    const { bearer, bill, rates } = this.#tools
    if (this.standing === 'unauthorized' || request.headers.authorization !== `Bearer ${bearer}`)
      return problems.unauthorized
    const allowance = rates.use(endpoint)
    if (allowance !== undefined) {
      response.setHeader('x-rate-limit-limit', allowance.limit)
      response.setHeader('x-rate-limit-remaining', allowance.remaining)
      response.setHeader('x-rate-limit-reset', allowance.reset)
    }
    response.setHeader('x-access-level', 'read')
    if (this.standing === 'payment-required') return problems.paymentRequired
    const over = bill.over()
    if (this.standing === 'no-credits' || over === 'credits') return problems.creditsDepleted
    const isStream = endpoint.includes(` ${streamPath}`)
    if (this.standing === 'not-enrolled' || (this.standing === 'no-stream' && isStream)) return problems.notEnrolled
    if (this.standing === 'usage-capped' || (over === 'cap' && readsPosts.has(endpoint))) return problems.usageCapped
    return allowance?.exceeded === true ? problems.tooManyRequests : undefined
  }

  /** Commits a fault that the plan has for this request; true when the request has been dealt with. */
  async #struck(response: ServerResponse, endpoint: string): Promise<boolean> {
    const { faults, now } = this.#tools
    const connect = endpoint === `GET ${streamPath}`
    const take = (kind: 'reset' | '5xx' | '429') => faults.take(connect ? `connect-${kind}` : `rest-${kind}`, endpoint)
    if (take('reset') !== undefined) {
      response.socket?.resetAndDestroy()
      return true
    }
    const broken = take('5xx')
    if (broken !== undefined) {
      const { status, body } = broken.detail
      const kind = body === 'html' || body === 'empty' ? body : 'json'
      problem(response, problems.serverError(Number(status ?? 503), kind))
      return true
    }
    const limited = take('429')
    if (limited !== undefined) {
      response.setHeader('x-rate-limit-remaining', 0)
      response.setHeader('x-rate-limit-reset', Math.ceil(now() / 1000) + Number(limited.detail['resetSeconds'] ?? 2))
      problem(response, problems.tooManyRequests)
      return true
    }
    if (connect && faults.take('connect-too-many', endpoint) !== undefined) {
      problem(response, problems.tooManyConnections)
      return true
    }
    const slow = connect ? undefined : faults.take('rest-slow', endpoint)
    if (slow !== undefined) await new Promise(resolve => setTimeout(resolve, Number(slow.detail['ms'] ?? 1000)))
    return false
  }

  /** Opens the stream, or answers why not. */
  #openStream(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): Problem | undefined {
    for (const enterprise of ['backfill_minutes', 'start_time', 'end_time']) {
      const value = query.get(enterprise)
      if (value === null || (enterprise === 'backfill_minutes' && value === '0')) continue
      const message = `The \`${enterprise}\` query parameter is not available at your access level.`
      return invalidParameter(enterprise, [value], message)
    }
    const selection = readSelection(query, this.#tools.lenientFields)
    return isProblem(selection) ? selection : this.#tools.stream.connect(request, response, selection)
  }

  async #answer(endpoint: string, path: string, query: URLSearchParams, body: string): Promise<Read | Problem> {
    const { reads, groups, rules, stream, clientAppId } = this.#tools
    const list = (name: string) => (query.get(name) ?? '').split(',').filter(each => each !== '')
    const segment = (index: number) => decodeURIComponent(path.split('/')[index] ?? '')
    switch (endpoint) {
      case 'GET /2/users/by':
        return reads.users('usernames', list('usernames'), query)
      case 'GET /2/users':
        return reads.users('ids', list('ids'), query)
      case 'GET /2/users/by/username/:username':
        return reads.users('username', [segment(5)], query)
      case 'GET /2/users/:id/tweets':
        return reads.timeline(segment(3), query)
      case 'GET /2/users/:id/following':
        return groups.following(segment(3), query)
      case 'GET /2/lists/:id':
        return groups.list(segment(3), query)
      case 'GET /2/lists/:id/members':
        return groups.members(segment(3), query)
      case 'GET /2/tweets':
        return reads.posts(query)
      case 'GET /2/tweets/search/recent':
        return reads.search(query)
      case `GET ${streamPath}/rules`:
        return { status: 200, body: rules.page(query) }
      case `GET ${streamPath}/rules/counts`:
        return { status: 200, body: rules.counts(clientAppId) }
      case `POST ${streamPath}/rules`:
        return this.#changeRules(query, body)
      case 'GET /2/usage/tweets':
        return this.#usage(query)
      case 'GET /2/usage/credits':
        return { status: 200, body: this.#credits() }
      case 'GET /2/connections':
        return { status: 200, body: listConnections(stream, query.get('status') ?? 'active') }
      case 'DELETE /2/connections':
      case 'DELETE /2/connections/all':
      case 'DELETE /2/connections/:endpoint':
        if (endpoint.endsWith(':endpoint') && segment(3) !== 'filtered_stream') return problems.notFound
        return { status: 200, body: await this.#kill(endpoint, body) }
      default:
        return problems.notFound
    }
  }

  #changeRules(query: URLSearchParams, body: string): Read | Problem {
    const json = parseJson(body)
    if (json === undefined) return invalidParameter('body', [], 'The request body is not valid JSON.')
    const answer = this.#tools.rules.change(json, query.get('dry_run') === 'true', query.get('delete_all') === 'true')
    this.#tools.changed()
    return answer
  }

  #usage(query: URLSearchParams): Read | Problem {
    const { bill, clientAppId } = this.#tools
    const said = query.get('days') ?? '7'
    const days = Number(said)
    if (!Number.isInteger(days) || days < 1 || days > 90)
      return invalidParameter('days', [said], `The \`days\` query parameter value [${said}] is not between 1 and 90`)
    const fields = (query.get('usage.fields') ?? '').split(',').filter(field => field !== '')
    const bad = fields.find(field => !usageFields.includes(field))
    if (bad === undefined) return { status: 200, body: bill.usage(days, fields, clientAppId) }
    const message = `The \`usage.fields\` query parameter value [${bad}] is not one of [${usageFields.join(',')}]`
    return invalidParameter('usage.fields', fields, message)
  }

  #credits(): Json {
    const { credits, bill } = this.#tools
    const balance = (credits ?? 100) - bill.total().usd
    return { data: { total_balance: balance, prepaid_balance: balance, free_balance: 0, free_grants: [] } }
  }

  async #kill(endpoint: string, body: string): Promise<Json> {
    const { stream } = this.#tools
    const uuids = (parseJson(body) as { uuids?: unknown } | undefined)?.uuids
    const some = endpoint === 'DELETE /2/connections'
    const chosen = stream.open().filter(({ id }) => !some || (Array.isArray(uuids) && uuids.includes(id)))
    const killed = await stream.kill(chosen, !some)
    const results = chosen.map(({ id }) => ({ uuid: id, success: true }))
    return { data: { successful_kills: killed, failed_kills: 0, results } }
  }

  #token(request: IncomingMessage, body: string): Problem {
    const { apiKey, apiSecret, bearer } = this.#tools
    const pair = `${encodeURIComponent(apiKey)}:${encodeURIComponent(apiSecret)}`
    const expected = `Basic ${Buffer.from(pair).toString('base64')}`
    const grant = new URLSearchParams(body).get('grant_type') === 'client_credentials'
    const good = request.method === 'POST' && request.headers.authorization === expected && grant
    return good ? { status: 200, body: { token_type: 'bearer', access_token: bearer } } : problems.badCredentials
  }
}

function problem(response: ServerResponse, { status, body }: Problem): void {
  send(response, status, body)
}

/** `GET /2/users/900/tweets` → `GET /2/users/:id/tweets`: the name under which limits and faults know an endpoint. */
function endpointOf(method: string, path: string): string {
  if (/^\/(profile_images|media)\//.test(path)) return 'picture'
  const general = path
    .replace(/^\/2\/users\/[0-9]+\/(tweets|following)$/, '/2/users/:id/$1')
    .replace(/^\/2\/lists\/[^/]+(\/members)?$/, '/2/lists/:id$1')
    .replace(/^\/2\/users\/by\/username\/[^/]+$/, '/2/users/by/username/:username')
    .replace(/^\/2\/connections\/(?!all$)[^/]+$/, '/2/connections/:endpoint')
    .replace(/^\/2\/activity\/subscriptions\/[^/]+$/, '/2/activity/subscriptions/:id')
  return `${method} ${general}`
}

/** `/profile_images/<user id>/…` and `/media/<key>.png`. */
function picture(path: string): Buffer {
  const [, folder, name = ''] = path.split('/')
  return folder === 'media' ? photoPng(name.replace(/\.[a-z0-9]+$/, '')) : avatarPng(name)
}

function listConnections(stream: Stream, status: string): Json {
  const data = stream.connections
    .filter(({ open }) => status === 'all' || (status === 'active') === open)
    .map(describeConnection)
  return { ...(data.length === 0 ? {} : { data }), meta: { result_count: data.length } }
}

function describeConnection(connection: Connection): Json {
  const { id, clientIp, connectedAt, disconnectedAt, endReason } = connection
  return {
    id,
    client_ip: clientIp,
    endpoint_name: 'filtered_stream',
    connected_at: isoTime(connectedAt),
    ...(disconnectedAt === undefined ? {} : { disconnected_at: isoTime(disconnectedAt), disconnect_reason: endReason }),
  }
}
