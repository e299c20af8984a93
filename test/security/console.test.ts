/**
 * Goal: with a token of the console set, nothing shows without it, and everything that must go on goes on: Slack's requests, health checks, the
 * command line. Method: the real service, asked over its port.
 */
import assert from 'node:assert/strict'
import { networkInterfaces } from 'node:os'
import test from 'node:test'
import { loadConfig } from '../../src/config.ts'
import { diagnose } from '../../src/offline.ts'
import { startServiceRig } from '../rig/service.ts'
import { ask, request, Wire } from './wire.ts'

const lab = 'C0LAB'
const token = 'a-token-of-the-console-0001'
const shows = ['/', '/api/status', '/api/events', '/metrics']

test('a token that is set is asked for, and keeps nobody else out', async () => {
  await using rig = await startServiceRig({ channels: [lab], environment: { BIRDWIRE_CONSOLE_TOKEN: token } })
  const { url } = rig.service
  const get = (path: string, ...headers: string[]) =>
    ask(url, request(`GET ${path} HTTP/1.1`, 'Host: bot.example', ...headers))
  for (const path of shows) {
    assert.equal(await get(path), 401, path)
    assert.equal(await get(path, `Authorization: Bearer ${token}`), 200, path)
    assert.equal(await get(path, `Authorization: Bearer ${token}`, 'Via: 1.1 proxy'), 200, path)
    assert.equal(await get(path, `Authorization: Bearer ${token} `), 200, 'HTTP drops spaces at the end')
    assert.equal(await get(path, `Authorization: Bearer ${token.toUpperCase()}`), 401, path)
    assert.equal(await get(path, 'Cookie: birdwire_console='), 401, path)
    assert.equal(await get(path, `Cookie: birdwire_console=${token}`), 401, 'the cookie is not the token')
    assert.equal(await get(`${path}?token=`), 401, path)
  }
  assert.equal(await get('/healthz'), 200)
  const readiness = await (await fetch(`${url}/readyz`)).text()
  assert.match(readiness, /^{"ready":(?:true|false)}$/, 'yes or no, and not why')
  assert.match(await rig.type(lab, 'follow mira_okafor'), /Now following/, 'Slack is heard')
  const findings = await diagnose(loadConfig(rig.environment))
  assert.ok(
    findings.some(({ name, detail }) => /#lab\b/.test(`${name} ${detail}`)),
    'doctor asks the running service for its channels',
  )
})

test('by default other machines do not reach it at all', async () => {
  await using rig = await startServiceRig({ channels: [] })
  const { hostname, port } = new URL(rig.service.url)
  assert.equal(hostname, '127.0.0.1')
  const elsewhere = Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  for (const { address } of elsewhere) await assert.rejects(Wire.to(`http://${address}:${port}`), address)
})

test('without one, what does not come from this machine sees nothing', async () => {
  await using rig = await startServiceRig({ channels: [lab] })
  const { url } = rig.service
  for (const path of shows) {
    assert.equal(await ask(url, request(`GET ${path} HTTP/1.1`, 'Host: localhost:3000')), 200, path)
    assert.equal(await ask(url, request(`GET ${path} HTTP/1.1`, 'Host: evil.example:3000')), 403, path)
    const forwarded = request(`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'X-Forwarded-For: 192.0.2.1')
    assert.equal(await ask(url, forwarded), 403, path)
    const absolute = request(`GET http://localhost${path} HTTP/1.1`, 'Host: evil.example')
    assert.equal(await ask(url, absolute), 403, 'the header counts')
  }
  assert.equal(await ask(url, request('GET /healthz HTTP/1.1', 'Host: evil.example')), 200)
  assert.match(await rig.type(lab, 'list'), /Nothing is wanted/)
})
