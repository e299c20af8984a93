/**
 * Goal: whatever is sent to the service's port, it costs little, changes nothing and keeps nobody else waiting. Method: the real service, real
 * sockets, bytes that no HTTP client would send; after each of them somebody else asks whether it is alive, and is answered at once.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, afterEach, before, suite, test } from 'node:test'
import { serviceFile, serviceFileContent } from '../../src/control/command-line.ts'
import {
  consolePagesMax,
  controlBodyBytesMax,
  httpConnectionsMax,
  httpHeaderBytesMax,
  httpHeadersMax,
  httpHeadersMs,
  httpRequestMs,
  slackBodyBytesMax,
  slackRefusalsTold,
} from '../../src/limits.ts'
import { type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'
import { ask, request, Wire } from './wire.ts'

const lab = 'C0LAB'
/** Looks whether somebody is late happen once a second, and this machine may be busy. */
const lateMs = 3000
let rig: ServiceRig
const url = () => rig.service.url
const form = 'Content-Type: application/x-www-form-urlencoded'
const post = ['POST /slack/events HTTP/1.1', 'Host: 127.0.0.1', form] as const
const health = request('GET /healthz HTTP/1.1', 'Host: 127.0.0.1')

before(async () => {
  rig = await startServiceRig({ channels: [lab] })
})
after(() => rig[Symbol.asyncDispose]())
afterEach(async () => {
  await alive()
  assert.doesNotMatch(rig.log.join(''), /a request failed/)
})

async function alive(): Promise<void> {
  const asked = performance.now()
  assert.equal(await ask(url(), health), 200)
  assert.ok(performance.now() - asked < 1000, 'answered at once')
}

suite('over the port', { concurrency: true, timeout: 25_000 }, () => {
  test('a body that is declared too large is refused before it comes', async () => {
    const wire = await Wire.to(url())
    wire.send(request(...post, `Content-Length: ${slackBodyBytesMax + 1}`))
    assert.equal(await wire.status(), 413)
    wire.close()
    assert.equal(await ask(url(), request(...post, 'Content-Length: 99999999999999999999')), 400)
    assert.equal(await ask(url(), request(...post, 'Content-Length: -1')), 400)
  })

  test('a control is not listened to without the token of the folder, nor with it at any length', async () => {
    const control = (length: number, token: string) => [
      ...['POST /api/control HTTP/1.1', 'Host: 127.0.0.1', `Content-Length: ${length}`],
      `Authorization: Bearer ${token}`,
    ]
    const { token } = serviceFileContent.parse(JSON.parse(readFileSync(serviceFile(rig.dir), 'utf8')))
    assert.equal(await ask(url(), request(...control(100, 'wrong'))), 401, 'before the body comes')
    assert.equal(await ask(url(), request(...control(controlBodyBytesMax + 1, token))), 413)
    assert.equal(await ask(url(), `${request(...control(2, token))}{}`), 400)
  })

  test('a body that does not say how large it is, is refused as soon as it is too large', async () => {
    const wire = await Wire.to(url())
    wire.send(request(...post, 'Transfer-Encoding: chunked'))
    const chunk = Buffer.from(`10000\r\n${'a'.repeat(0x10000)}\r\n`)
    let sent = 0
    while (wire.open && wire.statuses.length === 0 && sent < 4 * slackBodyBytesMax) {
      wire.send(chunk)
      sent += 0x10000
      await new Promise(resolve => setImmediate(resolve))
    }
    assert.equal(await wire.status(), 413)
    wire.close()
  })

  test('headers that trickle, and none at all, are waited for some seconds', async () => {
    const began = performance.now()
    const [trickling, silent] = [await Wire.to(url()), await Wire.to(url())]
    trickling.send('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n')
    const timer = setInterval(() => trickling.send('A: b\r\n'), 250)
    await Promise.all([trickling.ended(), silent.ended()])
    clearInterval(timer)
    const took = performance.now() - began
    assert.ok(took > httpHeadersMs - 500 && took < httpHeadersMs + lateMs, `${took} ms`)
    assert.deepEqual(trickling.statuses, [408])
  })

  test('a body that trickles is waited for some seconds, and is no fault of ours', async () => {
    const began = performance.now()
    const wire = await Wire.to(url())
    wire.send(request(...post, 'Content-Length: 5000'))
    const timer = setInterval(() => wire.send('a'), 250)
    await wire.ended()
    clearInterval(timer)
    const took = performance.now() - began
    assert.ok(took > httpRequestMs - 500 && took < httpRequestMs + lateMs, `${took} ms`)
    assert.doesNotMatch(wire.received, / 200 /)
  })

  test('whoever hangs up in the middle of a request is forgotten', async () => {
    for (const rest of ['Content-Length: 1000', 'Transfer-Encoding: chunked']) {
      const wire = await Wire.to(url())
      wire.send(`${request(...post, rest)}5\r\nabc`)
      await new Promise(resolve => setImmediate(resolve))
      wire.close()
    }
  })

  test('too many bytes of headers are refused, and headers beyond the number are not looked at', async () => {
    const fat = `Fat: ${'x'.repeat(httpHeaderBytesMax)}`
    assert.equal(await ask(url(), request('GET /healthz HTTP/1.1', 'Host: 127.0.0.1', fat)), 431)
    assert.equal(await ask(url(), request(`GET /${'x'.repeat(httpHeaderBytesMax)} HTTP/1.1`, 'Host: 127.0.0.1')), 431)
    const control = (before: number) =>
      request(
        ...['POST /api/control HTTP/1.1', 'Host: 127.0.0.1', 'Content-Length: 0'],
        ...Array.from({ length: before }, (_, n) => `a${n}: b`),
        'Via: late',
      )
    assert.equal(await ask(url(), control(1)), 401)
    assert.equal(await ask(url(), control(httpHeadersMax * 20)), 431)
    const page = (before: number) =>
      request(
        ...['GET /metrics HTTP/1.1', 'Host: 127.0.0.1'],
        ...Array.from({ length: before }, (_, n) => `a${n}: b`),
        'Via: 1.1 proxy',
      )
    assert.equal(await ask(url(), page(1)), 403)
    assert.equal(await ask(url(), page(httpHeadersMax)), 431)
  })

  const smuggled = 'GET /healthz?smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
  const twoMeanings: Readonly<Record<string, string>> = {
    'length and chunks': `${request(...post, 'Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
    'chunks and length': `${request(...post, 'Transfer-Encoding: chunked', 'Content-Length: 6')}0\r\n\r\n${smuggled}`,
    'two lengths': `${request(...post, 'Content-Length: 0', 'Content-Length: 4')}${smuggled}`,
    'a list of lengths': `${request(...post, 'Content-Length: 0, 4')}${smuggled}`,
    'a length in hex': `${request(...post, 'Content-Length: 0x0')}${smuggled}`,
    'a length with a sign': `${request(...post, 'Content-Length: +0')}${smuggled}`,
    'chunked that is not last': `${request(...post, 'Transfer-Encoding: chunked, identity')}${smuggled}`,
    'chunked misspelled': `${request(...post, 'Transfer-Encoding: xchunked')}${smuggled}`,
    'a space before the colon': `${request(...post, 'Transfer-Encoding : chunked')}0\r\n\r\n${smuggled}`,
    'a folded header': `${request(...post, 'Transfer-Encoding:\r\n chunked', 'Content-Length: 4')}0\r\n\r\n${smuggled}`,
    'a chunk size that is none': `${request(...post, 'Transfer-Encoding: chunked')}0_0\r\n\r\n${smuggled}`,
    'a bare line feed': `POST /slack/events HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 0\n\n${smuggled}`,
    'no host': `${request('GET /healthz HTTP/1.1')}${smuggled}`,
  }
  for (const [name, bytes] of Object.entries(twoMeanings)) {
    test(`a request that two programs would read differently is refused, and what is hidden in it never asked: ${name}`, async () => {
      const wire = await Wire.to(url())
      wire.send(bytes)
      assert.equal(await wire.status(), 400)
      await wire.ended()
      assert.deepEqual(wire.statuses, [400])
    })
  }

  test('of many requests that nobody signed the log tells of a few', async () => {
    const wire = await Wire.to(url())
    const flood = 200
    wire.send(request(...post, 'Content-Length: 0').repeat(flood))
    await untilTrue(() => wire.statuses.length === flood)
    wire.close()
    assert.ok(wire.statuses.every(status => status === 401))
    const lines = rig.log.filter(line => line.includes('/slack/events refused'))
    assert.ok(lines.length > 0 && lines.length <= slackRefusalsTold, `${lines.length}`)
  })

  test('odd methods and paths are refused', async () => {
    const lines: readonly (readonly [string, number])[] = [
      ['TRACE / HTTP/1.1', 405],
      ['OPTIONS * HTTP/1.1', 400],
      ['OPTIONS /slack/events HTTP/1.1', 405],
      ['PUT /slack/events HTTP/1.1', 405],
      ['DELETE /api/status HTTP/1.1', 405],
      ['CONNECT 127.0.0.1:22 HTTP/1.1', 0],
      ['HEAD /healthz HTTP/1.1', 200],
      ['GET http://127.0.0.1/healthz HTTP/1.1', 200],
      ['GET /../../../../etc/passwd HTTP/1.1', 404],
      ['GET /..%2f..%2f..%2fetc%2fpasswd HTTP/1.1', 404],
      ['GET /assets/..%5c..%5cpackage.json HTTP/1.1', 404],
      ['GET /%00.html HTTP/1.1', 404],
      ['GET /%ff%fe.js HTTP/1.1', 404],
      ['GET /%zz.html HTTP/1.1', 404],
      ['GET //evil.example/index.html HTTP/1.1', 404],
      [`GET /${'a/'.repeat(4000)}x.js HTTP/1.1`, 404],
      ['GET /package.json HTTP/1.1', 404],
      ['GET /\u0001 HTTP/1.1', 400],
      ['GET / HTTP/9.9', 400],
      ['BREW /pot HTTP/1.1', 400],
      ['\u0016\u0003\u0001\u0002\u0000', 400],
    ]
    for (const [line, status] of lines) assert.equal(await ask(url(), request(line, 'Host: 127.0.0.1')), status, line)
  })

  test('a connection cannot be turned into something else', async () => {
    const upgrade = request('GET /healthz HTTP/1.1', 'Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket')
    assert.equal(await ask(url(), upgrade), 200)
  })
})

suite('with floods of connections', { timeout: 25_000 }, () => {
  test('so many pages are kept up to date at a time, and one more when one is closed', async () => {
    const look = request('GET /api/events HTTP/1.1', 'Host: 127.0.0.1')
    const pages = await Promise.all(Array.from({ length: consolePagesMax }, () => Wire.to(url())))
    for (const page of pages) page.send(look)
    for (const page of pages) assert.equal(await page.status(), 200)
    assert.equal(await ask(url(), look), 503)
    pages[0]?.close()
    await untilTrue(async () => (await ask(url(), look)) === 200)
    for (const page of pages) page.close()
  })

  test('of a flood of connections that ask nothing the oldest make room', async () => {
    const crowd = await Promise.all(Array.from({ length: 3 * httpConnectionsMax }, () => Wire.to(url())))
    await alive()
    await untilTrue(() => crowd.filter(({ open }) => open).length <= httpConnectionsMax)
    assert.ok(crowd.filter(({ open }) => open).length > httpConnectionsMax / 2, 'no more than needed')
    assert.match(await rig.type(lab, 'help'), /Birdwire/, 'Slack is heard meanwhile')
    for (const wire of crowd) wire.close()
  })

  test('nor do connections that say half of something keep others out', async () => {
    const crowd = await Promise.all(Array.from({ length: httpConnectionsMax + 20 }, () => Wire.to(url())))
    for (const [n, wire] of crowd.entries())
      wire.send(n % 2 === 0 ? 'GET / HTTP/1.1\r\nHost:' : request(...post, 'Content-Length: 10'))
    await alive()
    for (const wire of crowd) wire.close()
  })
})
