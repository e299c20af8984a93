import assert from 'node:assert/strict'
import test from 'node:test'
import { ConfigError, loadConfig, loadLocalConfig, metaOf, settingNames } from './config.ts'
import { xCatchUpMsMax } from './limits.ts'

const enough = { X_BEARER_TOKEN: 'bearer', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'signing' }

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
  return []
}

test('bearer, bot token and signing secret are enough, the rest has defaults', () => {
  const config = loadConfig(enough)
  assert.deepEqual(config.x, {
    apiUrl: 'https://api.x.com',
    auth: { kind: 'bearer', token: 'bearer' },
    mode: 'auto',
    authors: 'cached',
    quoted: 'whole',
    activity: false,
    recheck: false,
  })
  assert.deepEqual(config.slack.inbound, { kind: 'http', signingSecret: 'signing' })
  assert.equal(config.port, 3000)
  assert.equal(config.host, '127.0.0.1')
})

test("the old bot's environment starts Birdwire as it is, and what is not needed is said", () => {
  const config = loadConfig({
    TWITTER_CONSUMER_KEY: 'key',
    TWITTER_CONSUMER_SECRET: 'secret',
    TWITTER_ACCESS_TOKEN: 'a',
    TWITTER_ACCESS_TOKEN_SECRET: 'b',
    SLACK_TOKEN: 'xoxb-1',
    SLACK_SIGNING_SECRET: 'signing',
  })
  assert.deepEqual(config.x.auth, { kind: 'key', key: 'key', secret: 'secret' })
  assert.equal(config.slack.botToken, 'xoxb-1')
  assert.equal(config.remarks.length, 2)
  assert.match(config.remarks[0] ?? '', /TWITTER_ACCESS_TOKEN is not needed/)
})

test('an app token switches Socket Mode on', () => {
  assert.deepEqual(loadConfig({ ...enough, SLACK_APP_TOKEN: 'xapp-1' }).slack.inbound, {
    kind: 'socket',
    appToken: 'xapp-1',
  })
})

test('everything that is missing is said at once, each with an example', () => {
  const problems = problemsOf({})
  assert.equal(problems.length, 3)
  for (const problem of problems) assert.match(problem, /is not set.* Example: [A-Z_]+=/)
})

test('an unknown BIRDWIRE_ name is refused with the nearest one that exists', () => {
  assert.deepEqual(problemsOf({ ...enough, BIRDWIRE_CHANEL: 'C1' }), [
    'BIRDWIRE_CHANEL is not a setting. Did you mean BIRDWIRE_CHANNEL?',
  ])
})

test('a wrong value is named with the reason and an example', () => {
  assert.deepEqual(problemsOf({ ...enough, PORT: 'http' }), ['PORT must be a number. Example: PORT=3000'])
  assert.deepEqual(problemsOf({ ...enough, X_API_URL: 'ftp://x' }), [
    'X_API_URL must be an http or https address. Example: X_API_URL=https://api.x.com',
  ])
})

test('an address with a name or a password in it is refused, since addresses show', () => {
  for (const name of ['X_API_URL', 'SLACK_API_URL'])
    for (const address of [
      'https://user:pass@api.example',
      'http://token@api.example/',
      'https://:pass@api.example/?a@b',
    ])
      assert.match(problemsOf({ ...enough, [name]: address })[0] ?? '', /must not hold a user name or a password/)
  assert.deepEqual(problemsOf({ ...enough, X_API_URL: 'https://api.example/@somebody?a@b' }), [])
})

test("the console's token is a secret that can be sent and not be guessed; without one nothing shows to other machines, and that is said", () => {
  const token = 'a-token-of-the-console-0001'
  const config = loadConfig({ ...enough, BIRDWIRE_HOST: '0.0.0.0', BIRDWIRE_CONSOLE_TOKEN: token })
  assert.equal(config.consoleToken, token)
  assert.ok(config.secrets.includes(token))
  assert.deepEqual(config.remarks, [])
  assert.deepEqual(loadConfig(enough).remarks, [])
  assert.match(
    loadConfig({ ...enough, BIRDWIRE_HOST: '0.0.0.0' }).remarks[0] ?? '',
    /BIRDWIRE_CONSOLE_TOKEN is not set/,
  )
  for (const [wrong, why] of [
    ['short', /must have 24 characters or more/],
    ['with spaces and an é and long enough', /must consist of letters/],
  ] as const) {
    const [problem = ''] = problemsOf({ ...enough, BIRDWIRE_CONSOLE_TOKEN: wrong })
    assert.match(problem, why)
    assert.ok(!problem.includes(wrong))
  }
})

test('a wrong secret is refused without being repeated', () => {
  const [problem = ''] = problemsOf({ ...enough, SLACK_BOT_TOKEN: 'xoxp-very-secret' })
  assert.match(problem, /SLACK_BOT_TOKEN must start with xoxb-/)
  assert.doesNotMatch(problem, /very-secret/)
})

test('an empty value counts as not set', () => {
  assert.equal(loadConfig({ ...enough, PORT: '', SLACK_APP_TOKEN: '' }).port, 3000)
})

test("a database's address is taken, its password is a secret, and another address is refused in words", () => {
  const url = 'postgres://birdwire:pass%20word@db:5432/birdwire'
  const config = loadConfig({ ...enough, DATABASE_URL: url })
  assert.equal(config.databaseUrl, url)
  assert.deepEqual(
    ['pass%20word', 'pass word'].filter(secret => config.secrets.includes(secret)),
    ['pass%20word', 'pass word'],
  )
  assert.match(problemsOf({ ...enough, DATABASE_URL: 'mysql://db' })[0] ?? '', /^DATABASE_URL must be .*postgres:/)
})

test('commands that only touch the database need no tokens', () => {
  assert.equal(loadLocalConfig({ BIRDWIRE_DATA: '/tmp/x' }).dataDir, '/tmp/x')
})

test('every secret is known to whatever blots secrets out', () => {
  const config = loadConfig({ ...enough, X_API_KEY: 'k', X_API_SECRET: 's', SLACK_APP_TOKEN: 'xapp-1' })
  assert.deepEqual(new Set(config.secrets), new Set(['bearer', 'k', 's', 'xoxb-1', 'xapp-1', 'signing']))
})

test('every setting has a description and an example that names it', () => {
  for (const name of settingNames) assert.ok(metaOf(name).example.startsWith(`${name}=`), name)
})

test('what reading may cost and how it is done are settings, and a wrong one is named', () => {
  const { x } = loadConfig({ ...enough, X_BUDGET_USD: '12.50', X_MODE: 'poll', X_RECHECK: 'on' })
  assert.equal(x.budgetUsd, 12.5)
  assert.equal(x.mode, 'poll')
  assert.ok(x.recheck)
  for (const wrong of ['0', '-3', 'much'])
    assert.throws(
      () => loadConfig({ ...enough, X_BUDGET_USD: wrong }),
      /X_BUDGET_USD must be .*Example: X_BUDGET_USD=25/,
    )
  assert.throws(() => loadConfig({ ...enough, X_MODE: 'webhook' }), /X_MODE must be stream, poll or auto/)
})

test('how long things are kept has a default, and a bound below which a post could come twice', () => {
  assert.deepEqual(loadConfig(enough).keep, { postsDays: 30, ledgerDays: 365 })
  const shorter = { BIRDWIRE_KEEP_POSTS_DAYS: '8', BIRDWIRE_KEEP_LEDGER_DAYS: '62' }
  assert.deepEqual(loadConfig({ ...enough, ...shorter }).keep, { postsDays: 8, ledgerDays: 62 })
  assert.ok(8 * 24 * 3_600_000 > xCatchUpMsMax)
  for (const [name, value, why] of [
    ['BIRDWIRE_KEEP_POSTS_DAYS', '7', 'must be 8 or more'],
    ['BIRDWIRE_KEEP_POSTS_DAYS', 'for ever', 'must be a number of days'],
    ['BIRDWIRE_KEEP_LEDGER_DAYS', '61', 'must be 62 or more'],
    ['BIRDWIRE_KEEP_LEDGER_DAYS', '90.5', 'must be a whole number of days'],
  ] as const)
    assert.match(problemsOf({ ...enough, [name]: value }).join(), new RegExp(`${name} ${why}`))
})
