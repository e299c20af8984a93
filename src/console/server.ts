/**
 * The one HTTP server: what Slack posts to, what machines ask (alive, ready, metrics), what the page shows, and what the command
 * line asks a running service. It decides nothing; it carries. Reads are open to whoever reaches the address (loopback by
 * default); a control from the command line needs the token that only readers of the data folder know.
 */
import { timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { streamSSE } from 'hono/streaming'
import { type CommandLineRequest, commandLineRequest } from '../control/command-line.ts'
import { consoleEventsMs, slackBodyBytesMax } from '../limits.ts'
import type { SlackRequest, SlackResponse } from '../slack/in/http-receiver.ts'
import type { Readiness, StatusView } from './types.ts'

export interface ConsoleDeps {
  status(): Promise<StatusView>
  ready(): Promise<Readiness>
  metrics(): Promise<{ readonly contentType: string; readonly body: string }>
  /** Undefined in Socket Mode: nothing comes in over HTTP then. */
  readonly slack: ((request: SlackRequest) => Promise<SlackResponse>) | undefined
  /** A control on behalf of the command line; the answer's text. */
  control(request: CommandLineRequest): Promise<string>
  readonly controlToken: string
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
  app.use(
    secureHeaders({
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
      // The page is plain HTTP on loopback: asking browsers for HTTPS would lock people out of it.
      strictTransportSecurity: false,
    }),
  )
  app.get('/healthz', c => c.text(`ok ${deps.id}`))
  app.get('/readyz', async c => {
    const readiness = await deps.ready()
    return c.json(readiness, readiness.ready ? 200 : 503)
  })
  app.get('/metrics', async c => {
    const { contentType, body } = await deps.metrics()
    return c.body(body, 200, { 'content-type': contentType })
  })
  app.get('/api/status', async c => c.json(await deps.status()))
  app.get('/api/events', c =>
    streamSSE(c, async stream => {
      while (!stream.aborted && !stream.closed) {
        await stream.writeSSE({ data: JSON.stringify(await deps.status()) })
        await stream.sleep(consoleEventsMs)
      }
    }),
  )
  const limit = bodyLimit({ maxSize: slackBodyBytesMax, onError: c => c.text('The request is too large.', 413) })
  app.post('/api/control', limit, c => control(deps, c))
  app.post('/slack/events', limit, c => slackEvents(deps, c))
  app.get('/*', c => page(deps.webRoot, c))
  app.onError((error, c) => {
    deps.failed(error)
    return c.text('This request failed; the log says why.', 500)
  })
  return app
}

async function control(deps: ConsoleDeps, c: Context): Promise<Response> {
  if (!sameToken(c.req.header('authorization') ?? '', `Bearer ${deps.controlToken}`))
    return c.text('The token is not the one in the data folder.', 401)
  const parsed = commandLineRequest.safeParse(await c.req.json().catch(() => undefined))
  return parsed.success
    ? c.text(await deps.control(parsed.data))
    : c.text('A control is {"text": "…", "channel": "…"}.', 400)
}

function sameToken(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
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
    const server: ServerType = serve({ fetch: app.fetch, hostname, port }, info => {
      server.off('error', reject)
      const host = info.family === 'IPv6' ? `[${info.address}]` : info.address
      resolve({
        url: `http://${host}:${info.port}`,
        close: () =>
          new Promise(done => {
            server.close(() => done())
            // An open event stream would hold the server for ever.
            if ('closeAllConnections' in server) server.closeAllConnections()
          }),
      })
    })
    server.once('error', reject)
  })
}
