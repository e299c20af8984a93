/**
 * Who may look. What is asked over loopback, by a loopback name, through no proxy, is somebody on this machine; whatever else asks needs the
 * console's token, and where that is set, everybody does. A web page that points its own name at this machine (DNS rebinding) brings that name as
 * `Host`; a proxy or tunnel that forwards more than `/slack/events` says that it forwards. Pure but for the answer.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { html } from 'hono/html'
import { isLoopback } from '../kit/loopback.ts'
import { consoleCookieSeconds } from '../limits.ts'

export interface DoorOptions {
  /** BIRDWIRE_HOST: what the server listens on. */
  readonly host: string
  /** BIRDWIRE_CONSOLE_TOKEN. */
  readonly consoleToken: string | undefined
  /** Of the data folder: who can read that may see everything too. */
  readonly controlToken: string
}

/** `in`: may look. `strange`: not from here, and no token is set. `wrong`: a token is set, and this brings another or none. */
export type Verdict = 'in' | 'strange' | 'wrong'

const cookieName = 'birdwire_console'

/** Headers by which proxies and tunnels tell for whom they ask. RFC 7239, RFC 9110 7.6.3, and what nginx, Caddy, Traefik and Cloudflare add */
const forwarding = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via', 'cf-connecting-ip']

export function judge(c: Context, options: DoorOptions): Verdict {
  const { consoleToken, controlToken } = options
  const bearer = /^Bearer (.+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? ''
  if (same(bearer, controlToken)) return 'in'
  if (consoleToken === undefined) return isLocal(c, options.host) ? 'in' : 'strange'
  return same(bearer, consoleToken) || same(getCookie(c, cookieName) ?? '', cookieFor(consoleToken)) ? 'in' : 'wrong'
}

function isLocal(c: Context, host: string): boolean {
  return (
    isLoopback(host) &&
    isLoopback(c.req.header('host') ?? '') &&
    forwarding.every(name => c.req.header(name) === undefined)
  )
}

/** Lets in who may look; a page with `?token=` in its address is a way in for browsers. */
export function door(options: DoorOptions): MiddlewareHandler {
  return async (c, next) => {
    const { consoleToken } = options
    const given = c.req.query('token')
    if (consoleToken !== undefined && given !== undefined && same(given, consoleToken)) return signIn(c, consoleToken)
    const verdict = judge(c, options)
    if (verdict === 'in') return await next()
    if (verdict === 'strange')
      return c.text(
        'This shows only to somebody on the machine that Birdwire runs on. To look from elsewhere, or through a proxy, set BIRDWIRE_CONSOLE_TOKEN, restart, and open this address with ?token= and that token once.\n',
        403,
      )
    return c.text(
      'The token is missing or wrong. Open this address with ?token= and the BIRDWIRE_CONSOLE_TOKEN of the service once; programs send it as Authorization: Bearer.\n',
      401,
      { 'www-authenticate': 'Bearer' },
    )
  }
}

/**
 * A cookie, and on to the same page without the token in its address. Not a redirect: a browser that came by a link from another site would not
 * send a strict cookie along with one.
 */
function signIn(c: Context, consoleToken: string): Response | Promise<Response> {
  const secure = c.req.header('x-forwarded-proto') === 'https'
  const attributes = { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: consoleCookieSeconds } as const
  setCookie(c, cookieName, cookieFor(consoleToken), { ...attributes, secure })
  return c.html(
    html`<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/"><title>Birdwire</title><p>Signed in. <a href="/">Go on</a>.`,
  )
}

/** Not the token itself, and another one as soon as the token is changed. */
function cookieFor(consoleToken: string): string {
  return createHmac('sha256', consoleToken).update('birdwire console cookie').digest('base64url')
}

/** Takes the same time wherever two differ, whatever their lengths. */
export function same(given: string, wanted: string): boolean {
  const [a, b] = [given, wanted].map(text => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
