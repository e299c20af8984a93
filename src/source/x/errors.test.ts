import assert from 'node:assert/strict'
import test from 'node:test'
import { classify, type XErrorKind } from './errors.ts'

const now = Date.UTC(2026, 10, 20)
const none = new Headers()

const problem = (body: object) => JSON.stringify(body)
const rows: readonly (readonly [name: string, status: number, body: string, kind: XErrorKind, says: RegExp])[] = [
  [
    '401 as X answers it',
    401,
    problem({ title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' }),
    'unauthorized',
    /Check X_BEARER_TOKEN/,
  ],
  [
    '402, the older body',
    402,
    problem({
      title: 'CreditsDepleted',
      detail: 'Your enrolled account [1] does not have any credits to fulfill this request.',
      type: 'https://api.twitter.com/2/problems/credits',
    }),
    'no-credits',
    /Add credits/,
  ],
  [
    '402, the newer body',
    402,
    problem({
      detail: 'credits depleted',
      status: 402,
      title: 'Payment Required',
      type: 'https://api.x.com/2/problems/credits-depleted',
    }),
    'no-credits',
    /Add credits/,
  ],
  [
    '403 of an app outside a project',
    403,
    problem({
      reason: 'client-not-enrolled',
      title: 'Client Forbidden',
      type: 'https://api.twitter.com/2/problems/client-forbidden',
    }),
    'forbidden',
    /Attach it/,
  ],
  ['403 of another kind', 403, '', 'forbidden', /access level/],
  [
    '409 without rules',
    409,
    problem({ title: 'ConnectionException', connection_issue: 'RuleConfigurationIssue' }),
    'no-rules',
    /no rules/,
  ],
  [
    '429 of a second connection',
    429,
    problem({
      title: 'ConnectionException',
      connection_issue: 'TooManyConnections',
      type: 'https://api.X.com/2/problems/streaming-connection',
    }),
    'too-many-connections',
    /second Birdwire.*reconnect/,
  ],
  [
    '429 of a usage cap',
    429,
    problem({
      title: 'UsageCapExceeded',
      detail: 'Usage cap exceeded: Monthly product cap',
      type: 'https://api.x.com/2/problems/usage-capped',
    }),
    'usage-cap',
    /next cycle/,
  ],
  [
    '429 of a cap for the day, told by its title alone',
    429,
    problem({ title: 'UsageCapExceeded', period: 'Daily' }),
    'usage-cap',
    /cap for the day/,
  ],
  [
    'too many rules, by type',
    422,
    problem({ title: 'Oops', type: 'https://api.X.com/2/problems/rule-cap' }),
    'rule-cap',
    /no more rules.*Delete rules/,
  ],
  [
    'too many rules, by title, with whatever status',
    429,
    problem({ title: 'RulesCapExceeded', detail: 'You have exceeded the maximum number of rules.' }),
    'rule-cap',
    /exceeded the maximum number of rules/,
  ],
  [
    '409 with rules that X calls invalid',
    409,
    problem({ title: 'ConnectionException', connection_issue: 'RulesInvalidIssue' }),
    'no-rules',
    /invalid/,
  ],
  [
    "403 of a user's token",
    403,
    problem({
      title: 'Unsupported Authentication',
      type: 'https://api.twitter.com/2/problems/unsupported-authentication',
    }),
    'forbidden',
    /app-only bearer token/,
  ],
  ['402 without a body', 402, '', 'no-credits', /console\.x\.com/],
  [
    '429 in the older words',
    429,
    problem({ errors: [{ code: 88, message: 'Rate limit exceeded' }] }),
    'rate-limited',
    /Rate limit exceeded/,
  ],
  [
    '400',
    400,
    problem({
      errors: [{ parameters: {}, message: "'since_id' must be larger than 12" }],
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
    }),
    'bad-request',
    /larger than 12/,
  ],
  ['503 with a page of HTML', 503, '<html>over capacity</html>', 'server', /in trouble \(503\)/],
  ['a redirect', 302, '', 'bad-request', /unexpected status/],
]

for (const [name, status, body, kind, says] of rows) {
  test(`${name} is ${kind}, with a sentence for a person`, () => {
    const error = classify(status, none, body, now)
    assert.equal(error.kind, kind)
    assert.match(error.why, says)
  })
}

test('a 429 says when it is over, unless the clocks cannot be right', () => {
  const at = (reset: string) => classify(429, new Headers({ 'x-rate-limit-reset': reset }), '', now).retryAt
  assert.equal(at(String(now / 1000 + 60)), now + 60_000)
  assert.equal(at(String(now / 1000 - 60)), undefined)
  assert.equal(at(String(now / 1000 + 90_000)), undefined)
  assert.equal(at('soon'), undefined)
})
