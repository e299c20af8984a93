/**
 * The desk's HTTP server: the demo's page, what it shows, and what a person may do on it. For one machine: it listens on loopback unless told
 * otherwise, loads nothing from anywhere else, and takes JSON only, so that no other page in the browser can press its buttons.
 */
import { readFile } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import { type ServerType, serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import type { SlackSim } from '../slack/server.ts'
import type { XSim } from '../x/server.ts'
import { Desk } from './desk.ts'
import { demoSetUp, type SetUp } from './scenario.ts'
import { type Done, troubleKinds } from './types.ts'

export interface DeskOptions {
  readonly x: XSim
  readonly slack: SlackSim
  /** Default 0: any free port. */
  readonly port?: number
  readonly host?: string
  /** Where the service's own page and `/api/status` are. */
  readonly serviceUrl: string
  readonly now?: () => number
  readonly seed?: number | string
  /** What is typed into the channels at the start; default the scenario's. */
  readonly setUp?: readonly SetUp[]
}

export interface DeskServer {
  readonly url: string
  close(): Promise<void>
}

const webRoot = join(import.meta.dirname, '../../web/dist')
const bodyBytesMax = 64 * 1024
const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
}

const commandRequest = z.object({ channel: z.string(), text: z.string().max(4000) })
const pressed = { actionId: z.string(), blockId: z.string(), value: z.string() }
const inChannel = { channel: z.string(), ts: z.string() }
const actionRequest = z.discriminatedUnion('on', [
  z.object({ on: z.enum(['message', 'ephemeral']), ...inChannel, ...pressed }),
  z.object({ on: z.literal('view'), view: z.string(), ...pressed }),
])
const shortcutRequest = z.object({ ...inChannel, callbackId: z.string() })
const submitRequest = z.object({
  values: z.record(z.string(), z.union([z.string(), z.array(z.string()), z.null()])),
})
const troubleKind = z.enum(troubleKinds)

/** Listens, types the set-up into the channels and lets the world live. The service must be up. Rejects when the port cannot be had. */
export async function startDesk(options: DeskOptions): Promise<DeskServer> {
  const { x, slack, serviceUrl, port = 0, host = '127.0.0.1', now = Date.now, seed = 1, setUp = demoSetUp } = options
  const desk = new Desk({ x, slack, serviceUrl, now, seed })
  const app = deskApp(desk, x.url)
  const { server, url } = await listen(app, host, port).catch(async error => {
    await desk.close()
    throw error
  })
  void desk.run(setUp)
  return {
    url,
    close: async () => {
      desk.close()
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      if ('closeAllConnections' in server) server.closeAllConnections()
      await promise
    },
  }
}

function deskApp(desk: Desk, picturesFrom: string): Hono {
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
      xFrameOptions: 'DENY',
      crossOriginEmbedderPolicy: true,
      strictTransportSecurity: false,
    }),
  )
  app.use('/api/*', async (c, next) => {
    await next()
    // A picture is the same for as long as the demo runs.
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
  })
  app.get('/api/state', c => c.json(desk.state()))
  app.get('/api/events', c => streamSSE(c, stream => desk.hub.serve(stream)))
  app.get('/api/picture', c => picture(c, picturesFrom))
  app.use('/api/*', bodyLimit({ maxSize: bodyBytesMax }), async (c, next) => {
    if (c.req.header('content-type') !== 'application/json') return c.text('Only JSON is taken here.', 415)
    return await next()
  })
  const { person } = desk
  take(app, '/api/command', commandRequest, 'A command has a channel and a text.', asked => person.command(asked))
  take(app, '/api/action', actionRequest, 'An action names a message or a view.', asked => person.action(asked))
  take(app, '/api/shortcut', shortcutRequest, 'A shortcut names a message.', asked => person.shortcut(asked))
  take(app, '/api/submit', submitRequest, 'A form has values.', asked => person.submit(asked))
  take(app, '/api/close', z.object({}), 'Nothing more is needed.', () => person.closeModal())
  take(app, '/api/home', z.object({}), 'Nothing more is needed.', () => person.openHome())
  app.post('/api/trouble/:kind', async c => {
    const parsed = troubleKind.safeParse(c.req.param('kind'))
    if (!parsed.success) return c.text(`There is only: ${troubleKinds.join(', ')}.`, 404)
    await desk.trouble(parsed.data)
    return c.json({ ok: true, error: '' })
  })
  app.post('/api/post', c => {
    desk.post()
    return c.json({ ok: true, error: '' })
  })
  app.get('/*', page)
  app.onError((error, c) => c.text(`This request failed: ${error.message}`, 500))
  return app
}

/** JSON of this shape, and what is done with it. */
function take<Asked>(
  app: Hono,
  path: string,
  shape: z.ZodType<Asked>,
  wrong: string,
  act: (asked: Asked) => Promise<Done>,
): void {
  app.post(path, async c => {
    const parsed = shape.safeParse(await body(c))
    return parsed.success ? c.json(await act(parsed.data)) : c.text(wrong, 400)
  })
}

async function body(c: Context): Promise<unknown> {
  return await c.req.json().catch(() => undefined)
}

/** Pictures come through the desk, as Slack's come through Slack: the page itself speaks to nobody else. */
async function picture(c: Context, from: string): Promise<Response> {
  const url = c.req.query('u') ?? ''
  if (!URL.canParse(url) || new URL(url).origin !== new URL(from).origin) return c.text('No such picture.', 404)
  const response = await fetch(url)
  if (!response.ok) return c.text('No such picture.', 404)
  return c.body(await response.arrayBuffer(), 200, {
    'content-type': response.headers.get('content-type') ?? 'image/png',
    'cache-control': 'max-age=3600',
  })
}

/** A file of the built page; nothing outside its folder. */
async function page(c: Context): Promise<Response> {
  const path = c.req.path === '/' ? '/demo.html' : normalize(c.req.path)
  const type = contentTypes[path.split('.').at(-1) ?? '']
  const content = type === undefined ? undefined : await readFile(join(webRoot, path)).catch(() => undefined)
  if (content === undefined || type === undefined) return c.text('There is nothing here.', 404)
  return c.body(new Uint8Array(content), 200, { 'content-type': type })
}

function listen(
  app: Hono,
  hostname: string,
  port: number,
): Promise<{ readonly server: ServerType; readonly url: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ readonly server: ServerType; readonly url: string }>()
  const server: ServerType = serve({ fetch: app.fetch, hostname, port }, info =>
    resolve({ server, url: `http://${hostname}:${info.port}` }),
  )
  server.once('error', reject)
  return promise
}
