import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { consolePagesMax, controlBodyBytesMax, listsBytesMax, slackBodyBytesMax } from '../limits.ts'
import { type ConsoleDeps, consoleApp } from './server.ts'
import type { StatusView } from './types.ts'

const webRoot = mkdtempSync(join(tmpdir(), 'birdwire-web-'))
writeFileSync(join(webRoot, 'index.html'), '<!doctype html><title>Birdwire</title>')
writeFileSync(join(webRoot, '../secret.html'), 'secret')

function app(change: Partial<ConsoleDeps> = {}) {
  return consoleApp({
    status: (): Promise<StatusView> => Promise.reject(new Error('/var/lib/somewhere is broken')),
    ready: async () => ({ ready: true, parts: [] }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'birdwire_x 1\n' }),
    slack: async ({ rawBody }) => ({ status: 200, headers: {}, body: Buffer.from(rawBody).toString('hex') }),
    control: async ({ text }) => `did: ${text}`,
    controlToken: 'the-token',
    host: '127.0.0.1',
    consoleToken: undefined,
    id: 'start-1',
    failed: () => {},
    webRoot,
    ...change,
  })
}

/** Asks as somebody on this machine would. */
function get(path: string, change: Partial<ConsoleDeps> = {}, method = 'GET') {
  return app(change).request(path, { method, headers: { host: '127.0.0.1:3000' } })
}

test('/healthz is alive, /readyz is 200 when all is well and 503 with the reason when not', async () => {
  assert.equal(await (await app().request('/healthz')).text(), 'ok start-1')
  assert.equal((await get('/readyz')).status, 200)
  const ill = await get('/readyz', {
    ready: async () => ({ ready: false, parts: [{ name: 'x', ok: false, detail: 'No credits.' }] }),
  })
  assert.equal(ill.status, 503)
  assert.match(await ill.text(), /No credits\./)
})

test('a control needs the token of the data folder', async () => {
  const post = (authorization: string, body: string) =>
    app().request('/api/control', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body,
    })
  assert.equal((await post('Bearer wrong', '{"text":"dead"}')).status, 401)
  assert.equal((await post('', '{"text":"dead"}')).status, 401)
  assert.equal(await (await post('Bearer the-token', '{"text":"dead"}')).text(), 'did: dead')
  assert.equal((await post('Bearer the-token', 'nonsense')).status, 400)
  const lists = '\u0001'.repeat(listsBytesMax)
  assert.equal((await post('Bearer the-token', JSON.stringify({ text: 'apply', lists }))).status, 200, 'in any letters')
  assert.equal((await post('Bearer the-token', ' '.repeat(controlBodyBytesMax + 1))).status, 413)
})

test('Slack gets the bytes untouched; too large a body is refused; in Socket Mode nothing is expected', async () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, change?: Partial<ConsoleDeps>) =>
    app(change).request('/slack/events', { method: 'POST', body })
  assert.equal(await (await post(new Uint8Array([0xff, 0x00, 0x41]))).text(), 'ff0041')
  assert.equal((await post('x'.repeat(slackBodyBytesMax + 1))).status, 413)
  assert.equal((await post('x', { slack: undefined })).status, 404)
})

test('the page is served from its folder and nothing else is', async () => {
  assert.equal((await get('/')).status, 200)
  for (const path of ['/../secret.html', '/%2e%2e/secret.html', '/..%2fsecret.html', '/nothing.html', '/index', '/%00'])
    assert.equal((await get(path)).status, 404, path)
})

test('only looking is done by looking: other methods are refused, and HEAD of a stream that nobody would end', async () => {
  for (const method of ['OPTIONS', 'PUT', 'DELETE', 'PATCH', 'POST'])
    assert.equal((await get('/', {}, method)).status, 405)
  assert.equal((await get('/slack/events')).status, 404)
  assert.equal((await get('/healthz', {}, 'HEAD')).status, 200)
  assert.equal((await get('/api/events', {}, 'HEAD')).status, 405)
})

test('so many pages are kept up to date, and one more when one is closed', async () => {
  const open = app({ status: () => new Promise(() => {}) })
  const look = () => open.request('/api/events', { headers: { host: 'localhost' } })
  const pages = await Promise.all(Array.from({ length: consolePagesMax }, look))
  assert.ok(pages.every(({ status }) => status === 200))
  assert.equal((await look()).status, 503)
})

test('what a browser may do with the page and the answers is little, and nothing is kept', async () => {
  for (const path of ['/', '/healthz', '/readyz', '/metrics', '/api/status', '/nothing.html']) {
    const { headers } = await get(path)
    const policy = headers.get('content-security-policy') ?? ''
    for (const part of ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'none'"])
      assert.ok(policy.split('; ').includes(part), `${path}: ${part}`)
    assert.match(policy, /frame-ancestors 'none'/)
    assert.doesNotMatch(policy, /unsafe|\*|http/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('x-frame-options'), 'DENY')
    assert.equal(headers.get('referrer-policy'), 'no-referrer')
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin')
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('access-control-allow-origin'), null)
  }
})

test('what fails inside is told to the log and not to whoever asked', async () => {
  const failures: unknown[] = []
  const answer = await get('/api/status', { failed: error => failures.push(error) })
  assert.equal(answer.status, 500)
  assert.doesNotMatch(await answer.text(), /somewhere/)
  assert.equal(failures.length, 1)
})
