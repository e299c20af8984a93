/** Requests to the one HTTP server: any path, any header, any body. Nothing outside of the page's folder is shown, nothing is done without the token. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { consoleApp } from '../../../src/console/server.ts'
import { must, type Target } from '../target.ts'
import { isRecord, jsonIn, textOf } from './stub-fetch.ts'

const token = 'token-of-the-data-folder'
const consoleToken = 'token-of-the-console'
const host = 'http://127.0.0.1:3000'
const requests = [
  { path: '/' },
  { path: '/healthz' },
  { path: '/readyz' },
  { path: '/metrics', headers: { accept: 'text/plain' } },
  { path: '/api/status' },
  { path: '/assets/app.js' },
  { path: '/../outside.html' },
  { path: '/%2e%2e/outside.html' },
  { path: '/..%2foutside.html' },
  { path: '/?token=wrong', headers: { host: 'evil.example', cookie: 'birdwire_console=x' } },
  { path: '/', headers: { authorization: 'Bearer token-of-the-console' } },
  {
    method: 'POST',
    path: '/api/control',
    headers: { authorization: 'Bearer wrong', 'content-type': 'application/json' },
    body: '{"text":"dead"}',
  },
  { method: 'POST', path: '/slack/events', headers: { 'content-type': 'application/json' }, body: '{}' },
].map(request => JSON.stringify(request))

export const consoleTarget: Target = {
  name: 'console',
  shape: 'json',
  share: 20,
  charsMax: 20_000,
  seeds: requests,
  words: [
    'method',
    'path',
    'headers',
    'body',
    'GET',
    'POST',
    'HEAD',
    'OPTIONS',
    'DELETE',
    '/..',
    '%2e%2e%2f',
    '%5c',
    '..\\',
    '//',
    '%00',
    '%',
    '?',
    '#',
    'authorization',
    'Bearer ',
    'Basic ',
    'cookie',
    'content-length',
    'host',
    'x-forwarded-host',
    'range',
    '/outside.html',
    'index.html',
    'token=',
    'birdwire_console=',
  ],
  open() {
    const folder = mkdtempSync(join(tmpdir(), 'birdwire-fuzz-'))
    const webRoot = join(folder, 'web')
    mkdirSync(webRoot)
    writeFileSync(join(webRoot, 'index.html'), '<!doctype html>')
    writeFileSync(join(folder, 'outside.html'), 'outside of the folder')
    let done = 0
    const failures: unknown[] = []
    const app = consoleApp({
      status: async () => Promise.reject(new Error('not asked here')),
      ready: async () => ({ ready: true, parts: [] }),
      metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'birdwire_x 1\n' }),
      slack: async () => ({ status: 401, headers: {}, body: '{}' }),
      control: async () => {
        done++
        return 'done'
      },
      controlToken: token,
      host: '127.0.0.1',
      consoleToken,
      id: 'start-1',
      failed: error => void failures.push(error),
      webRoot,
    })
    return {
      async run(input) {
        const request = requestOf(jsonIn(input))
        // What the page is shown every second has no end, and the state is asked of the service.
        if (request === undefined || /^\/api\/(?:events|status)/.test(new URL(request.url).pathname)) return undefined
        const authorized = request.headers.get('authorization') === `Bearer ${token}`
        failures.length = 0
        done = 0
        const response = await app.fetch(request)
        const body = await response.text()
        return () => {
          must(failures.length === 0, 'a request made our own code fail', String(failures[0]))
          must(
            response.status < 500 || response.status === 503,
            'a request ends in an error of ours',
            String(response.status),
          )
          must(
            !body.includes('outside of the folder') && !body.includes(token) && !body.includes(consoleToken),
            'something is shown that is nobody’s business',
          )
          must(done === 0 || authorized, 'a control is done without the token')
          must(!body.includes('<!doctype html>') || known(request), 'the page is shown to somebody without a token')
          must(
            (response.headers.get('content-security-policy') ?? '').includes("default-src 'none'"),
            'a page may load anything',
          )
          must(response.headers.get('x-content-type-options') === 'nosniff', 'browsers may guess what it is')
        }
      },
      close: () => rmSync(folder, { recursive: true, force: true }),
    }
  },
}

/** Undefined where HTTP itself would not let it through. */
function requestOf(json: unknown): Request | undefined {
  if (!isRecord(json)) return undefined
  const method = textOf(json['method'] ?? 'GET')
  try {
    return new Request(`${host}${textOf(json['path'] ?? '/')}`, {
      method,
      headers: isRecord(json['headers'])
        ? Object.entries(json['headers']).map(([name, value]): [string, string] => [name, textOf(value)])
        : [],
      ...(json['body'] === undefined || /^(?:get|head)$/i.test(method) ? {} : { body: textOf(json['body']) }),
    })
  } catch {
    return undefined
  }
}

/** Whether a request brings one of the tokens, in any of the places where it may stand. */
function known({ url, headers }: Request): boolean {
  const said = `${headers.get('authorization')} ${headers.get('cookie')} ${decodeURIComponentSafe(url)}`
  return said.includes(token) || said.includes(consoleToken)
}

function decodeURIComponentSafe(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
