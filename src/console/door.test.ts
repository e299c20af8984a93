import assert from 'node:assert/strict'
import test from 'node:test'
import { Hono } from 'hono'
import { consoleCookieSeconds } from '../limits.ts'
import { door, same } from './door.ts'

const token = 'a-token-of-the-console-0001'
const here = { host: '127.0.0.1:3000' }

/** What a page behind the door answers with. */
async function ask(
  options: { readonly host?: string; readonly consoleToken?: string },
  headers: Readonly<Record<string, string>>,
  path = '/page',
): Promise<Response> {
  const app = new Hono()
  const { host = '127.0.0.1', consoleToken } = options
  app.get('/*', door({ host, consoleToken, controlToken: 'of-the-folder' }), c => c.text('inside'))
  return await app.request(path, { headers })
}

async function status(...asked: Parameters<typeof ask>): Promise<number> {
  return (await ask(...asked)).status
}

test('without a token somebody on this machine may look, and nobody else', async () => {
  assert.equal(await status({}, here), 200)
  assert.equal(await status({}, { host: 'localhost:3000' }), 200)
  assert.equal(await status({}, { host: '[::1]:3000' }), 200)
  assert.equal(await status({ host: '0.0.0.0' }, here), 403)
  assert.equal(await status({ host: '192.0.2.7' }, { host: '192.0.2.7:3000' }), 403)
  assert.match(await (await ask({ host: '0.0.0.0' }, here)).text(), /set BIRDWIRE_CONSOLE_TOKEN/)
})

test('a page that points its own name at this machine is not let in', async () => {
  for (const host of ['evil.example:3000', '127.0.0.1.evil.example', 'localhost.evil.example', ''])
    assert.equal(await status({}, { host }), 403, host)
  assert.equal(await status({}, {}), 403, 'no Host at all')
})

test('what a proxy or tunnel forwards is not from this machine', async () => {
  for (const name of ['Forwarded', 'X-Forwarded-For', 'X-Forwarded-Host', 'X-Real-IP', 'Via', 'CF-Connecting-IP'])
    assert.equal(await status({}, { ...here, [name]: '192.0.2.7' }), 403, name)
})

test('where a token is set, everybody needs it, and from anywhere it is enough', async () => {
  const set = { host: '0.0.0.0', consoleToken: token }
  assert.equal(await status(set, { host: 'bot.example', authorization: `Bearer ${token}` }), 200)
  assert.equal(await status(set, { host: 'bot.example', authorization: `bearer ${token}`, via: '1.1 proxy' }), 200)
  for (const authorization of ['', 'Bearer ', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, token])
    assert.equal(await status(set, { authorization }), 401, authorization)
  assert.equal(await status({ consoleToken: token }, here), 401, 'on this machine too')
  assert.equal(await status(set, { authorization: 'Bearer of-the-folder' }), 200, 'who reads the data folder sees all')
  assert.equal((await ask(set, {})).headers.get('www-authenticate'), 'Bearer')
})

test('a browser signs in by an address once, and its cookie is not the token', async () => {
  const set = { host: '0.0.0.0', consoleToken: token }
  const answer = await ask(set, { host: 'bot.example', 'x-forwarded-proto': 'https' }, `/?token=${token}`)
  assert.equal(answer.status, 200)
  assert.match(await answer.text(), /http-equiv="refresh" content="0; url=\/"/)
  const [cookie = '', ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ')
  assert.deepEqual(attributes.toSorted(), [
    'HttpOnly',
    `Max-Age=${consoleCookieSeconds}`,
    'Path=/',
    'SameSite=Strict',
    'Secure',
  ])
  assert.ok(!cookie.includes(token))
  assert.equal(await status(set, { cookie }), 200)
  assert.equal(await status(set, { cookie: `${cookie.slice(0, -1)}_` }), 401)
  assert.equal(
    await status({ ...set, consoleToken: `${token}2` }, { cookie }),
    401,
    'a new token ends what the old one opened',
  )
  assert.equal(await status(set, {}, '/?token=wrong'), 401)
  assert.equal((await ask(set, {}, '/?token=wrong')).headers.get('set-cookie'), null)
  assert.doesNotMatch((await ask(set, {}, `/?token=${token}`)).headers.get('set-cookie') ?? '', /Secure/)
})

test('two texts are the same or not, of whatever length', () => {
  assert.equal(same('', ''), true)
  assert.equal(same('é', 'é'), true)
  assert.equal(same('a', 'ab'), false)
})
