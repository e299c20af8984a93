import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { slackBodyBytesMax } from '../limits.ts'
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
    id: 'start-1',
    failed: () => {},
    webRoot,
    ...change,
  })
}

test('/healthz is alive, /readyz is 200 when all is well and 503 with the reason when not', async () => {
  assert.equal(await (await app().request('/healthz')).text(), 'ok start-1')
  assert.equal((await app().request('/readyz')).status, 200)
  const ill = await app({
    ready: async () => ({ ready: false, parts: [{ name: 'x', ok: false, detail: 'No credits.' }] }),
  }).request('/readyz')
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
})

test('Slack gets the bytes untouched; too large a body is refused; in Socket Mode nothing is expected', async () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, change?: Partial<ConsoleDeps>) =>
    app(change).request('/slack/events', { method: 'POST', body })
  assert.equal(await (await post(new Uint8Array([0xff, 0x00, 0x41]))).text(), 'ff0041')
  assert.equal((await post('x'.repeat(slackBodyBytesMax + 1))).status, 413)
  assert.equal((await post('x', { slack: undefined })).status, 404)
})

test('the page is served from its folder and nothing else is', async () => {
  const page = await app().request('/')
  assert.equal(page.status, 200)
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
  for (const path of ['/../secret.html', '/%2e%2e/secret.html', '/..%2fsecret.html', '/nothing.html', '/index'])
    assert.equal((await app().request(path)).status, 404, path)
})

test('what fails inside is told to the log and not to whoever asked', async () => {
  const failures: unknown[] = []
  const answer = await app({ failed: error => failures.push(error) }).request('/api/status')
  assert.equal(answer.status, 500)
  assert.doesNotMatch(await answer.text(), /somewhere/)
  assert.equal(failures.length, 1)
})
