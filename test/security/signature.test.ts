/**
 * Goal: what Slack did not sign, or not now, changes nothing, and what it did sign is done once, however often somebody repeats it. Method: the
 * real service on a clock that stands where Slack's published example was signed; the example's own bytes over a socket, then bent one by
 * one. docs.slack.dev/authentication/verifying-requests-from-slack
 */
import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { slackClockSkewMs } from '../../src/limits.ts'
import { type ServiceRig, startServiceRig } from '../rig/service.ts'
import { request, Wire } from './wire.ts'

const secret = '8f742231b10e8888abcd99yyyzzz85a5'
const time = 1_531_420_618
const example =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c'
const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503'
const form = 'application/x-www-form-urlencoded'
const lab = 'C0LAB'

let rig: ServiceRig
before(async () => {
  rig = await startServiceRig({
    channels: [lab],
    startsAt: time * 1000,
    environment: { SLACK_SIGNING_SECRET: secret },
  })
})
after(() => rig[Symbol.asyncDispose]())

interface Sent {
  readonly body?: string
  readonly type?: string
  /** Lines of the two headers, and of any others. */
  readonly headers?: readonly string[]
}

const signed = ['X-Slack-Request-Timestamp: 1531420618', `X-Slack-Signature: ${signature}`] as const

/** Sends exactly these bytes; the status and what is said. */
async function send({
  body = example,
  type = form,
  headers = signed,
}: Sent): Promise<{ status: number; said: string }> {
  const wire = await Wire.to(rig.service.url)
  const length = Buffer.byteLength(body)
  const lines = ['POST /slack/events HTTP/1.1', 'Host: bot.example', 'Connection: close', `Content-Type: ${type}`]
  wire.send(request(...lines, `Content-Length: ${length}`, ...headers) + body)
  const status = await wire.status()
  await wire.ended()
  return { status, said: wire.received }
}

/** As Slack would sign it at this second. */
function slackSigns(body: string, second: number): readonly string[] {
  const hmac = createHmac('sha256', secret).update(`v0:${second}:${body}`).digest('hex')
  return [`X-Slack-Request-Timestamp: ${second}`, `X-Slack-Signature: v0=${hmac}`]
}

let requests = 0
/** What Slack would send for a command that somebody types now. */
function command(text: string): string {
  requests += 1
  return new URLSearchParams({
    ...{ command: '/birdwire', text, channel_id: lab, channel_name: 'lab', user_id: 'U0NELL', user_name: 'nell' },
    trigger_id: `${requests}.2.3`,
  }).toString()
}

const now = () => Math.floor(rig.world.now() / 1000)
const typed = (text: string, second: number) => {
  const body = command(text)
  return { body, headers: slackSigns(body, second) }
}
const changes = async () => (await send(typed('log', now()))).said.match(/followed|keyword/g)?.length ?? 0

suite("Slack's own example", () => {
  test('is taken as it is, with the headers in any case and the kind of body as Slack writes it', async () => {
    assert.equal((await send({})).status, 200)
    assert.equal((await send({ headers: signed.map(line => line.toLowerCase()) })).status, 200)
    assert.equal((await send({ type: `${form}; charset=utf-8` })).status, 200)
  })

  const [when, whose] = signed
  const bent: Readonly<Record<string, Sent>> = {
    'neither header': { headers: [] },
    'no time': { headers: [whose] },
    'no signature': { headers: [when] },
    'an empty signature': { headers: [when, 'X-Slack-Signature:'] },
    'an empty time': { headers: ['X-Slack-Request-Timestamp:', whose] },
    'the time twice': { headers: [when, when, whose] },
    'the signature twice': { headers: [when, whose, whose] },
    'a good signature after a bad one': { headers: [when, `X-Slack-Signature: v0=${'0'.repeat(64)}`, whose] },
    'another version': { headers: [when, whose.replace('v0=', 'v1=')] },
    'no version': { headers: [when, whose.replace('v0=', '')] },
    'capital letters': { headers: [when, whose.toUpperCase().replace('V0=', 'v0=')] },
    'one digit less': { headers: [when, whose.slice(0, -1)] },
    'one digit more': { headers: [when, `${whose}0`] },
    'something before it': { headers: [when, whose.replace('v0=', 'v0=v0=')] },
    'a time with a sign': { headers: [when.replace(': ', ': +'), whose] },
    'a time with a fraction': { headers: [`${when}.0`, whose] },
    'a time in hex': { headers: ['X-Slack-Request-Timestamp: 0x5B47A48A', whose] },
    'the time a second later': { headers: [when.replace('618', '619'), whose] },
    'a byte more': { body: `${example}&` },
    'a byte less': { body: example.slice(0, -1) },
    'another command': { body: example.replace('webhook-collect', 'birdwire-pause') },
    'the body of nobody': { body: '' },
    'the same meaning in other bytes': { body: example.replaceAll('%2F', '%2f') },
  }
  for (const [name, sent] of Object.entries(bent))
    test(`is refused with ${name}`, async () => {
      const { status, said } = await send(sent)
      assert.equal(status, 401)
      assert.doesNotMatch(said, /a2114d57|8f742231/, 'what the right signature is, is not told')
    })

  test('is not taken for JSON, a file or nothing', async () => {
    assert.equal((await send({ type: 'application/json' })).status, 400)
    for (const type of [
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencodedx',
      '/',
      ';',
    ])
      assert.equal((await send({ type })).status, 415, type)
  })
})

test('a time is taken as long as it is five minutes off or less, in both directions', async () => {
  const skew = slackClockSkewMs / 1000
  for (const off of [-skew + 5, skew - 5]) assert.equal((await send(typed('help', now() + off))).status, 200)
  for (const off of [-skew - 5, skew + 5, -86_400, 1e9])
    assert.equal((await send(typed('help', now() + off))).status, 401)
})

test('only its check of the certificate is answered unsigned, and nothing that pretends to be one is read', async () => {
  const unsigned = (body: string, type = form) => send({ body, type, headers: [] })
  assert.equal((await unsigned('ssl_check=1&token=abc')).status, 200)
  assert.equal(
    (await unsigned('ssl_check=1&command=%2Fbirdwire&text=follow+mira_okafor&channel_id=C0LAB&user_id=U1')).status,
    200,
  )
  assert.equal(
    (await unsigned('{"ssl_check":"1","type":"url_verification","challenge":"x"}', 'application/json')).said.includes(
      'challenge',
    ),
    false,
  )
  for (const body of ['ssl_check=0', 'ssl_check=11', 'ssl_check', `ssl_check=1&text=${'a'.repeat(1000)}`])
    assert.equal((await unsigned(body)).status, 401, body)
  assert.equal(
    (await unsigned('{"type":"url_verification","challenge":"of a stranger"}', 'application/json')).status,
    401,
  )
  assert.equal(await changes(), 0)
})

test('what somebody repeats within five minutes is done once, whatever headers they put to it', async () => {
  const follow = typed('keyword add axion', now())
  assert.match((await send(follow)).said, /Added the keyword/)
  const before = await changes()
  assert.ok(before > 0)
  const again = ['X-Slack-Retry-Num: 1', 'X-Slack-Retry-Reason: http_timeout']
  const undo = typed('undo', now())
  assert.match((await send(undo)).said, /axion/)
  for (const sent of [follow, undo, { ...follow, headers: [...follow.headers, ...again] }, undo]) {
    const { status, said } = await send(sent)
    assert.equal(status, 200, 'Slack is told to stop repeating it')
    assert.doesNotMatch(said, /axion/)
  }
  const later = typed('undo', now())
  await send(later)
  const after = await changes()
  await send(later)
  assert.equal(await changes(), after, 'a second undo would take back another change')
  rig.leap(slackClockSkewMs + 60_000)
  for (const sent of [follow, undo, later]) assert.equal((await send(sent)).status, 401, 'and later not at all')
})
