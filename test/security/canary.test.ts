/**
 * Goal: what a post points at is handed to Slack and never asked for by us. Method: the real service; posts whose links, pictures and cards all lead
 * to a server that writes down who asks; a Slack that takes addresses without fetching them; and a look at where every request of the process goes. Once with leave to
 * hand out pictures at private addresses, so that they are seen to arrive, and once as people run it.
 */
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { createServer } from 'node:http'
import test from 'node:test'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const lab = 'C0LAB'

/** Writes down the path of every request; connections that ask nothing count too. */
async function startCanary() {
  const asked: string[] = []
  let connections = 0
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end()
  })
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Where every request of this process goes from now on: the service's, and those of the simulators and of the test. */
function watchRequests() {
  const origins = new Set<string>()
  const note = (message: unknown): void => {
    assert.ok(typeof message === 'object' && message !== null && 'request' in message)
    const { request } = message
    assert.ok(typeof request === 'object' && request !== null && 'origin' in request)
    origins.add(String(request.origin))
  }
  // nodejs.org/api/globals.html#fetch is undici: github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
  subscribe('undici:request:create', note)
  return { origins, [Symbol.dispose]: () => unsubscribe('undici:request:create', note) }
}

for (const allowed of [true, false])
  test(`links and pictures of posts are never fetched; pictures at private addresses are ${allowed ? 'handed on where that is allowed' : 'left out'}`, async () => {
    using requests = watchRequests()
    await using canary = await startCanary()
    const { url } = canary
    await using rig = await startServiceRig({
      ...{ channels: [lab], x: { imageBase: url }, speed: 20, allowPrivateHosts: allowed },
    })
    await rig.type(lab, 'follow mira_okafor')
    await rig.reading()
    const bare = rig.world.post({ author: 'mira_okafor', text: `Data at ${url}/plain and ${url}/favicon.ico` })
    const pictured = rig.world.post({
      author: 'mira_okafor',
      text: `Plots at ${url}/plots`,
      media: [{ kind: 'photo', alt: 'A plot' }],
    })
    const quoting = rig.world.post({ author: 'mira_okafor', text: `Again: ${url}/again`, quote: pictured.id })
    for (const post of [bare, pictured, quoting]) await rig.x.emit(post)
    await untilTrue(() => JSON.stringify(rig.slack.messages(lab)).includes('/again'))
    await rig.type(lab, `why ${pictured.id}`)
    await rig.type(lab, `preview keyword add ${url}`)
    const shown = JSON.stringify(rig.slack.messages(lab))
    for (const path of ['plain', 'favicon.ico', 'plots', 'again'])
      assert.ok(shown.includes(`${new URL(url).host}/${path}`), path)
    assert.equal(shown.includes(`"image_url":"${url}`), allowed)
    assert.deepEqual(canary.asked, [])
    assert.equal(canary.connections(), 0)
    const known = [rig.x.url, rig.slack.apiUrl, rig.service.url].map(each => new URL(each).origin)
    assert.deepEqual(new Set(known), requests.origins, 'nobody was asked but X, Slack and the service')
    await fetch(`${url}/by-the-test`)
    assert.deepEqual(canary.asked, ['/by-the-test'], 'it would have been seen')
    assert.ok(requests.origins.has(url), 'and so would its origin')
  })
