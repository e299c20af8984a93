/** Slack's answers to what Birdwire posts and asks: each becomes an outcome, none throws, and none is taken for sent that is not. */
import { slackRetryAfterMsMax } from '../../../src/limits.ts'
import { findChannel } from '../../../src/slack/out/channels.ts'
import { checkSlack } from '../../../src/slack/out/check.ts'
import { composeNotice } from '../../../src/slack/out/compose.ts'
import { slackOut } from '../../../src/slack/out/send.ts'
import { hashOf, must, type Target } from '../target.ts'
import { mustBeSentence } from './said.ts'
import { isRecord, jsonIn, saidIn, stubFetch } from './stub-fetch.ts'

const token = 'xoxb-fuzz-0123456789'
const access = { token, apiUrl: 'https://slack.test/api/' }
const requestsMax = 60

const answers = [
  { ok: true, ts: '1767603600.000100', channel: 'C1', message: { bot_id: 'B1' } },
  {
    ok: false,
    error: 'invalid_blocks',
    errors: ['downloading image failed [json-pointer:/blocks/1/image_url]'],
    response_metadata: { messages: ['[ERROR] no [json-pointer:/blocks/0]'] },
  },
  { ok: false, error: 'not_in_channel' },
  { ok: false, error: 'missing_scope', needed: 'chat:write.customize', provided: 'chat:write' },
  {
    ok: true,
    bot_id: 'B1',
    user_id: 'U1',
    team: 'Lattice',
    team_id: 'T1',
    url: 'https://lattice.slack.com/',
    messages: [
      {
        ts: '1767603600.000100',
        bot_id: 'B1',
        metadata: { event_type: 'birdwire_delivery', event_payload: { delivery_id: 'd1' } },
      },
    ],
    has_more: true,
    response_metadata: { next_cursor: 'bmV4dA==', scopes: ['chat:write'] },
  },
  {
    ok: true,
    bot_id: 'B1',
    channels: [{ id: 'C1', name: 'papers', is_member: true }],
    response_metadata: { next_cursor: 'bmV4dA==' },
  },
  { status: 429, headers: { 'retry-after': '30' }, body: { ok: false, error: 'ratelimited' } },
  { status: 502, headers: {}, body: '<html>bad gateway</html>' },
].map(answer => JSON.stringify(answer))

export const slackReplies: Target = {
  name: 'slack-replies',
  shape: 'json',
  share: 25,
  // The client looks for secrets in long keys with a pattern whose work is not linear.
  charsMax: 8000,
  seeds: answers,
  words: [
    'ok',
    'error',
    'errors',
    'ts',
    'messages',
    'metadata',
    'event_payload',
    'delivery_id',
    'next_cursor',
    'response_metadata',
    'retry-after',
    'ratelimited',
    'is_archived',
    'internal_error',
    'thread_not_found',
    'message_not_found',
    '__proto__',
    'toString',
    'constructor',
    'status',
    'body',
    'channels',
  ],
  open() {
    const network = stubFetch()
    return {
      async run(input) {
        const json = jsonIn(input)
        const said = saidIn(json ?? input)
        network.asked = 0
        // A Slack that never stops giving pages is cut off, and that is a finding.
        network.answer = () => (network.asked > requestsMax ? { status: 500, headers: {}, body: '' } : said)
        const out = slackOut(access)
        const message = composeNotice('Nell followed *Mira Okafor*.')
        const which = hashOf(input) % 8
        const outcome =
          which === 1
            ? await out.update('C1', '1.1', message)
            : which === 2
              ? await out.remove('C1', '1.1')
              : which === 3
                ? await out.join('C1')
                : which === 0 || which === 4
                  ? await out.send('C1', message, which === 4 ? '1.0' : undefined)
                  : undefined
        const look = which === 5 ? await out.look('C1', 'd1', Date.UTC(2026, 0, 5), '1.0') : undefined
        const words =
          which === 6
            ? await checkSlack({ ...access, appToken: 'xapp-1', channels: ['C1'], scopes: ['chat:write'] }).catch(
                orSentence,
              )
            : which === 7
              ? await findChannel(access, 'papers').catch(orSentence)
              : undefined
        return () => {
          must(network.asked <= requestsMax, 'Slack is asked again and again', String(network.asked))
          must(!JSON.stringify([outcome, look, words])?.includes(token), 'the token is in what is told')
          if (look !== undefined && 'why' in look) mustBeSentence(look.why, input.length + 300)
          if (outcome === undefined) return
          if ('why' in outcome) mustBeSentence(outcome.why, input.length * 2 + 300)
          if ('afterMs' in outcome)
            must(
              outcome.afterMs >= 0 && outcome.afterMs <= slackRetryAfterMsMax,
              'it waits for ever or not at all',
              outcome,
            )
          if (outcome.kind === 'sent' && which === 0)
            must(
              said.status === 200 &&
                isRecord(json) &&
                (isRecord(json['body']) ? json['body'] : (jsonIn(said.body) as Record<string, unknown>))['ok'] !==
                  undefined,
              'taken for sent, though Slack did not say ok',
            )
          if (outcome.kind === 'image')
            must(outcome.at === undefined || outcome.at.length <= input.length, 'more pictures than characters')
        }
      },
      close: () => network[Symbol.dispose](),
    }
  },
}

function orSentence(error: unknown): undefined {
  if (!(error instanceof Error) || error instanceof TypeError || error instanceof RangeError) throw error
  mustBeSentence(error.message, 70_000)
  return undefined
}
