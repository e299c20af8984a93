/**
 * The one HTTP server: what Slack posts to, what machines ask (alive, ready, metrics), what the page shows, and what the command
 * line asks a running service. It decides nothing; it carries. Slack signs what it sends; who may look, `door.ts` says; a control from the
 * command line needs the token that only readers of the data folder know. Whoever it is, there is a limit on what and how long they send.
 */
import { readFile } from 'node:fs/promises'
import { Server } from 'node:http'
import { join, normalize } from 'node:path'
import { type Http2Bindings, type HttpBindings, serve } from '@hono/node-server'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { streamSSE } from 'hono/streaming'
import { type CommandLineRequest, commandLineRequest } from '../control/command-line.ts'
import { nameHere } from '../kit/loopback.ts'
import {
  consoleEventsMs,
  consolePagesMax,
  controlBodyBytesMax,
  httpCheckMs,
  httpConnectionsMax,
  httpHeaderBytesMax,
  httpHeadersMax,
  httpHeadersMs,
  httpKeepAliveMs,
  httpRequestMs,
  slackBodyBytesMax,
} from '../limits.ts'
import type { SlackRequest, SlackResponse } from '../slack/in/http-receiver.ts'
import { keepRoom } from './crowd.ts'
import { type DoorOptions, door, judge, same } from './door.ts'
import type { Readiness, StatusView } from './types.ts'

export interface ConsoleDeps extends DoorOptions {
  status(): Promise<StatusView>
  ready(): Promise<Readiness>
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>
  /** Undefined in Socket Mode: nothing comes in over HTTP then. */
  readonly slack: ((request: SlackRequest) => Promise<SlackResponse>) | undefined
  /** A control on behalf of the command line; the answer's text. */
  control(request: CommandLineRequest): Promise<string>
  /** Of this start of the service; no secret. */
  readonly id: string
  /** A request that failed for a reason of ours. */
  failed(error: unknown): void
  /** Folder of the built page. */
  readonly webRoot: string
}

export interface ConsoleServer {
  readonly url: string
  close(): Promise<void>
}

export function consoleApp(deps: ConsoleDeps): Hono {
  const app = new Hono()
  app.use(headers)
  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })
  app.get('/healthz', c => c.text(`ok ${deps.id}`))
  app.get('/readyz', async c => {
    const { ready, parts } = await deps.ready()
    return c.json(judge(c, deps) === 'in' ? { ready, parts } : { ready }, ready ? 200 : 503)
  })
  app.post('/slack/events', tooLarge(slackBodyBytesMax), c => slackEvents(deps, c))
  app.post('/api/control', ofTheFolder(deps), tooLarge(controlBodyBytesMax), c => control(deps, c))
  app.get('/*', door(deps))
  app.get('/metrics', async c => {
    const { contentType, body } = await deps.metrics()
    return c.body(body, 200, { 'content-type': contentType })
  })
  app.get('/api/status', async c => c.json(await deps.status()))
  app.get('/api/events', eventsOf(deps))
  app.get('/*', c => page(deps.webRoot, c))
  app.all('*', c => c.text('Nothing is done here that way.', 405, { allow: 'GET, HEAD' }))
  app.onError((error, c) => {
    // Who hangs up, or is too slow, in the middle of a request has not found a fault of ours.
    if (!c.req.raw.signal.aborted) deps.failed(error)
    return c.text('This request failed; the log says why.', 500)
  })
  return app
}

/** The page loads nothing but its own files and no other page may hold it; without scripts from elsewhere there is nobody to send things to. */
const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  crossOriginEmbedderPolicy: true,
  // The page is plain HTTP on loopback: asking browsers for HTTPS would lock people out of it.
  strictTransportSecurity: false,
})

function tooLarge(maxSize: number): MiddlewareHandler {
  return bodyLimit({ maxSize, onError: c => c.text('The request is too large.', 413) })
}

/** Asked before the body is read: only who can read the data folder is listened to at length. */
function ofTheFolder({ controlToken }: ConsoleDeps): MiddlewareHandler {
  return async (c, next) => {
    if (same(c.req.header('authorization') ?? '', `Bearer ${controlToken}`)) return await next()
    return c.text('The token is not the one in the data folder.', 401)
  }
}

async function control(deps: ConsoleDeps, c: Context): Promise<Response> {
  const parsed = commandLineRequest.safeParse(await c.req.json().catch(() => undefined))
  return parsed.success
    ? c.text(await deps.control(parsed.data))
    : c.text('A control is {"text": "…", "channel": "…"}.', 400)
}

/** How things stand, again and again, to so many pages at a time. */
function eventsOf({ status, failed }: ConsoleDeps): (c: Context) => Response {
  let pages = 0
  return c => {
    // Of HEAD nobody reads the body, so nobody would end it.
    if (c.req.method !== 'GET') return c.body(null, 405, { allow: 'GET' })
    if (pages >= consolePagesMax) return c.text('Too many pages look at this at once. Close some.', 503)
    pages += 1
    return streamSSE(c, async stream => {
      try {
        while (!stream.aborted && !stream.closed) {
          await stream.writeSSE({ data: JSON.stringify(await status()) })
          await stream.sleep(consoleEventsMs)
        }
      } catch (error) {
        // Hono would print it past the log, and tell it to the page.
        failed(error)
      } finally {
        pages -= 1
      }
    })
  }
}

async function slackEvents(deps: ConsoleDeps, c: Context): Promise<Response> {
  if (deps.slack === undefined) return c.text('Birdwire listens in Socket Mode; nothing is expected here.', 404)
  const { status, headers, body } = await deps.slack({
    method: c.req.method,
    headers: c.req.header(),
    rawBody: new Uint8Array(await c.req.arrayBuffer()),
  })
  return new Response(body, { status, ...(headers === undefined ? {} : { headers }) })
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
}

/** A file of the built page; nothing outside its folder. */
async function page(webRoot: string, c: Context): Promise<Response> {
  const path = c.req.path === '/' ? '/index.html' : normalize(c.req.path)
  const type = contentTypes[path.split('.').at(-1) ?? '']
  const content = type === undefined ? undefined : await readFile(join(webRoot, path)).catch(() => undefined)
  if (content === undefined || type === undefined) return c.text('There is nothing here.', 404)
  return c.body(new Uint8Array(content), 200, { 'content-type': type })
}

/** Listens; rejects when the address cannot be had. */
export function listen(app: Hono, hostname: string, port: number): Promise<ConsoleServer> {
  return new Promise((resolve, reject) => {
    const serverOptions = {
      headersTimeout: httpHeadersMs,
      requestTimeout: httpRequestMs,
      keepAliveTimeout: httpKeepAliveMs,
      connectionsCheckingInterval: httpCheckMs,
      maxHeaderSize: httpHeaderBytesMax,
    }
    // Counted here: before 24.18 Node leaves out the last ones without a word, and by those a proxy says that it forwards (door.ts).
    const fetch = (request: Request, bindings: HttpBindings | Http2Bindings) =>
      bindings.incoming.rawHeaders.length / 2 > httpHeadersMax
        ? new Response('There are too many headers.\n', { status: 431, headers: { connection: 'close' } })
        : app.fetch(request, bindings)
    const server = serve({ fetch, hostname, port, serverOptions }, ({ address, port: own }) => {
      server.off('error', reject)
      resolve({ url: `http://${nameHere(address)}:${own}`, close })
    })
    server.once('error', reject)
    if (!(server instanceof Server)) throw new Error('not an HTTP/1 server')
    server.maxHeadersCount = 0
    keepRoom(server, httpConnectionsMax)
    const close = (): Promise<void> =>
      new Promise(done => {
        server.close(() => done())
        // An open event stream would hold the server for ever.
        server.closeAllConnections()
      })
  })
}
