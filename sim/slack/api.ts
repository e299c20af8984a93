/**
 * The Web API over HTTP (docs.slack.dev/apis/web-api): `/api/:method` with GET or POST. Logical errors have status 200; only 429 and
 * outages have another. Every call is written to a log with what it asked, what it was told and what it really did.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs, string, structure } from './args.ts'
import { type Fields, isFields } from './blocks/schema.ts'
import { pictures } from './blocks/walk.ts'
import type { Core } from './core.ts'
import type { Call, Method } from './methods/method.ts'
import { type Strike, strike } from './troubles.ts'
import { type CallRecord, fail, type Reply, type SimToken } from './types.ts'

/** A request as the HTTP server got it. */
export interface ApiRequest {
  readonly method: string
  readonly query: URLSearchParams
  readonly contentType: string
  readonly authorization: string | undefined
  readonly body: Buffer
}

/** What goes back over the wire: an answer, a reset connection, or nothing at all. */
export type ApiAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Record<string, string>
      readonly body: string
    }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' }

const json = { 'content-type': 'application/json; charset=utf-8' }

export class Api {
  readonly #core: Core
  readonly #methods: Readonly<Record<string, Method>>
  readonly calls: CallRecord[] = []

  constructor(core: Core, methods: Readonly<Record<string, Method>>) {
    this.#core = core
    this.#methods = methods
  }

  /** One call, from its arrival to what goes back. */
  async handle(request: ApiRequest): Promise<ApiAnswer> {
    const parsed = await parseArgs(request.query, request.contentType, request.body)
    const { token: inArgs, ...args } = parsed.ok ? parsed.args : {}
    const record: CallRecord = {
      n: this.calls.length + 1,
      method: request.method,
      args,
      at: this.#core.now(),
      status: undefined,
      error: undefined,
      fault: undefined,
      committed: undefined,
    }
    this.calls.push(record)
    const struck = this.#strike(request.method, args)
    if (struck !== undefined) record.fault = struck.trouble
    const bearer = /^Bearer\s+(.+)$/i.exec(request.authorization ?? '')?.[1]
    const token = bearer ?? (typeof inArgs === 'string' ? inArgs : undefined)
    const answer =
      (struck && this.#before(struck, record)) ??
      (await this.#answer(parsed.ok ? parsed : { error: parsed.error, args, warnings: [] }, token, record, struck))
    record.status = answer.kind === 'answer' ? answer.status : undefined
    this.#core.timeline.emit('call', record)
    return answer
  }

  #strike(method: string, args: Fields): Strike | undefined {
    const channel = string(args, 'channel')
    const id = channel === undefined ? undefined : this.#core.workspace.channel(channel)?.id
    const hasPictures = pictures(structure(args, 'blocks')).length > 0
    return strike(this.#core.faults, { method, channel: id, hasPictures })
  }

  /** A fault that keeps the call from being done, as what goes back; nothing where the call is to be done. */
  #before(struck: Strike, record: CallRecord): ApiAnswer | undefined {
    const { workspace, timeline } = this.#core
    switch (struck.trouble) {
      case 'rate-limited':
        return rateLimited(record, struck.number('retryAfter', 1))
      case 'rate-limited-bare':
        return rateLimited(record, undefined)
      case 'http-before':
        return outage(record, struck.number('status', 503))
      case 'drop-before':
        return { kind: 'reset' }
      case 'hang-before':
        return { kind: 'silence' }
      case 'error-before':
        return this.#reply(fail(struck.text('error', 'internal_error')), undefined, undefined, record)
      case 'service-unavailable':
        return this.#reply(fail('service_unavailable'), undefined, undefined, record)
      case 'channel-archived': {
        const channel = workspace.channel(string(record.args, 'channel') ?? '')
        if (channel !== undefined) timeline.emit('channel', workspace.change(channel.id, { archived: true }))
        return undefined
      }
      default:
        return undefined
    }
  }

  /** Does the call, and then whatever a fault does to the answer. */
  async #answer(
    parsed: { readonly args: Fields; readonly warnings: readonly string[]; readonly error?: string },
    tokenText: string | undefined,
    record: CallRecord,
    struck: Strike | undefined,
  ): Promise<ApiAnswer> {
    if (struck?.trouble === 'token-revoked' && tokenText !== undefined) {
      this.#core.workspace.refuseToken(tokenText, struck.text('error', 'token_revoked'))
    }
    const method = this.#methods[record.method]
    if (method === undefined)
      return this.#reply(fail('unknown_method', { req_method: record.method }), undefined, undefined, record)
    if (parsed.error !== undefined) return this.#reply(fail(parsed.error), undefined, undefined, record)
    const token = this.#authenticate(method, tokenText)
    if ('ok' in token) return this.#reply(token, undefined, undefined, record)
    const channel = this.#core.workspace.channel(string(record.args, 'channel') ?? '')?.id
    const wait = this.#core.rates.take(record.method, method.tier, channel ?? string(record.args, 'channel'))
    if (wait !== undefined) return rateLimited(record, wait)
    const call: Call = {
      core: this.#core,
      method: record.method,
      args: parsed.args,
      token,
      failImages: struck?.trouble === 'image-download',
      committed: ts => {
        record.committed = ts
      },
    }
    const reply = withWarnings(await run(method, call), parsed.warnings)
    const after = struck && this.#after(struck, reply, call, method, record)
    if (struck?.trouble === 'delay') await pause(struck.number('ms', 50), undefined, { ref: false })
    return after ?? this.#reply(reply, token, method.scopes(call), record)
  }

  /** A fault that strikes although the call was done. */
  #after(struck: Strike, reply: Reply, call: Call, method: Method, record: CallRecord): ApiAnswer | undefined {
    switch (struck.trouble) {
      case 'http-after':
        return outage(record, struck.number('status', 502))
      case 'drop-after':
        return { kind: 'reset' }
      case 'hang-after':
        return { kind: 'silence' }
      case 'error-after':
        return this.#reply(fail(struck.text('error', 'internal_error')), call.token, method.scopes(call), record)
      case 'malformed-after': {
        const whole = JSON.stringify(reply)
        return { kind: 'answer', status: 200, headers: json, body: whole.slice(0, Math.ceil(whole.length / 2)) }
      }
      case 'html-after':
        return {
          kind: 'answer',
          status: 200,
          headers: { 'content-type': 'text/html' },
          body: '<html>Bad gateway</html>',
        }
      default:
        return undefined
    }
  }

  /** The token of the call, or why it is refused. */
  #authenticate(method: Method, text: string | undefined): SimToken | Reply {
    if (text === undefined || text === '') return fail('not_authed')
    const token = this.#core.workspace.token(text)
    if (token === undefined) return fail('invalid_auth')
    if (token.refusedWith !== undefined) return fail(token.refusedWith)
    return token.kind === method.token ? token : fail('not_allowed_token_type')
  }

  #reply(
    reply: Reply,
    token: SimToken | undefined,
    accepted: readonly string[] | undefined,
    record: CallRecord,
  ): ApiAnswer {
    if (!reply.ok) record.error = reply.error
    const scopes = {
      ...(token !== undefined && { 'x-oauth-scopes': token.scopes.join(',') }),
      ...(accepted !== undefined && accepted.length > 0 && { 'x-accepted-oauth-scopes': accepted.join(',') }),
    }
    return { kind: 'answer', status: 200, headers: { ...json, ...scopes }, body: JSON.stringify(reply) }
  }
}

/** Scopes first, then the method. */
async function run(method: Method, call: Call): Promise<Reply> {
  const needed = method.scopes(call)
  if (needed.length > 0 && !needed.some(scope => call.token.scopes.includes(scope))) {
    return fail('missing_scope', { needed: needed.join(','), provided: call.token.scopes.join(',') })
  }
  return method.run(call)
}

function withWarnings(reply: Reply, warnings: readonly string[]): Reply {
  if (warnings.length === 0 || !reply.ok) return reply
  const metadata = isFields(reply['response_metadata']) ? reply['response_metadata'] : {}
  const earlier = Array.isArray(metadata['warnings']) ? metadata['warnings'] : []
  const together = [...earlier, ...warnings]
  return { ...reply, warning: together.join(','), response_metadata: { ...metadata, warnings: together } }
}

function rateLimited(record: CallRecord, retryAfter: number | undefined): ApiAnswer {
  record.error = 'ratelimited'
  const header = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }
  return { kind: 'answer', status: 429, headers: { ...json, ...header }, body: JSON.stringify(fail('ratelimited')) }
}

function outage(record: CallRecord, status: number): ApiAnswer {
  record.error = `http_${status}`
  return { kind: 'answer', status, headers: { 'content-type': 'text/plain' }, body: 'upstream connect error' }
}
