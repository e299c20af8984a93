import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { sentence } from './blocks/schema.ts'
import { Images } from './images.ts'

const picture = (url: string) => ({ type: 'image', image_url: url, alt_text: 'a' })

/** One picture in each place where a message can have one. */
function everywhere(url: string): unknown[] {
  return [
    { type: 'context', elements: [{ type: 'mrkdwn', text: 'x' }, picture(url)] },
    { type: 'section', text: { type: 'mrkdwn', text: 'x' }, accessory: picture(url) },
    picture(url),
  ]
}

test('a picture that cannot be had is pointed at, wherever it is', async () => {
  const images = new Images(url => !url.includes('lost'))
  assert.deepEqual(await images.check(everywhere('https://a.example/a.png'), false), [])
  const problems = await images.check(everywhere('https://a.example/lost.png'), false)
  assert.deepEqual(problems.map(sentence), [
    'downloading image failed [json-pointer:/blocks/0/elements/1/image_url]',
    'downloading image failed [json-pointer:/blocks/1/accessory/image_url]',
    'downloading image failed [json-pointer:/blocks/2/image_url]',
  ])
})

test('pictures are really fetched where that is asked for: png and jpg pass, webp, pages and errors do not', async () => {
  const types: Readonly<Record<string, string>> = {
    '/a.png': 'image/png',
    '/a.webp': 'image/webp',
    '/a.html': 'text/html',
  }
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.method ?? '')
    if (request.url === '/no-head.png') {
      response.writeHead(request.method === 'HEAD' ? 405 : 200, { 'content-type': 'image/png' }).end()
      return
    }
    const type = types[request.url ?? '']
    response.writeHead(type === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' }).end()
  }).listen(0, '127.0.0.1')
  await new Promise(done => server.once('listening', done))
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const images = new Images('fetch')
  const lost = async (path: string) => (await images.check([picture(origin + path)], false)).length === 1
  assert.equal(await lost('/a.png'), false)
  assert.deepEqual(asked, ['HEAD'])
  assert.equal(await lost('/no-head.png'), false)
  assert.equal(await lost('/a.webp'), true)
  assert.equal(await lost('/a.html'), true)
  assert.equal(await lost('/nothing.png'), true)
  server.closeAllConnections()
  server.close()
  await new Promise(done => server.once('close', done))
  assert.equal(await lost('/a.png'), true)
})
