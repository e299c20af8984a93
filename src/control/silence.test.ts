import assert from 'node:assert/strict'
import test from 'node:test'
import type { Account } from '../domain/account.ts'
import { type Alarm, alarmKey, matterFrom, matterOf } from '../domain/silence-alarm.ts'
import { silenceWords } from './silence.ts'

const hour = 3_600_000
const now = 100 * 24 * hour
const mira: Account = { source: 'x', id: '1', handle: 'mira_okafor', name: 'Mira Okafor' }
const evil: Account = { source: 'x', id: '2', handle: 'channel', name: '<!channel> *boss* `x`' }
const quiet = { since: now - 120 * hour, perDay: 9.2 }

const alarms: readonly (readonly [Alarm, RegExp])[] = [
  [
    { kind: 'account', account: mira, ...quiet, checked: { kind: 'nothing' } },
    /^\*Quiet\*: no post of Mira Okafor \(@mira_okafor\) for 5 days, usually about 9 posts a day\. X was asked and has nothing newer, so nothing is missing\. .*`\/birdwire unfollow mira_okafor`/,
  ],
  [
    {
      kind: 'account',
      account: mira,
      since: quiet.since,
      perDay: 0.6,
      checked: { kind: 'unavailable', why: '@mira_okafor is suspended' },
    },
    /usually about 4 a week\. X was asked: @mira_okafor is suspended\. /,
  ],
  [
    { kind: 'account', account: mira, ...quiet, checked: { kind: 'failed', why: 'X did not answer.' } },
    /X could not be asked whether there is more: X did not answer\. It is asked again\./,
  ],
  [
    { kind: 'missed', account: mira, ...quiet, posts: 1 },
    /^\*Missed\*: 1 post of Mira Okafor \(@mira_okafor\) did not come .* have been fetched/,
  ],
  [
    { kind: 'channel', channel: 'C1', ...quiet, asked: 2 },
    /asked for 2 accounts of this channel, it has nothing newer/,
  ],
  [{ kind: 'channel', channel: 'C1', ...quiet, asked: 0 }, /X is being read, and other posts/],
  [
    { kind: 'stream', ...quiet, missed: [], posts: 0, checked: { kind: 'nothing' } },
    /^\*Quiet\*: X is being read, but no post of anybody has come for 5 days/,
  ],
  [{ kind: 'stream', ...quiet, missed: [], posts: 0, checked: { kind: 'unasked' } }, /Nobody is followed/],
  [
    { kind: 'stream', ...quiet, missed: [mira, evil], posts: 7, checked: { kind: 'unasked' } },
    /^\*Missed\*: X is being read, but posts did not come: 7 posts of Mira/,
  ],
  [{ kind: 'late', lagMs: 3 * hour }, /^\*Late\*: posts reach Birdwire 3 hours after/],
]

for (const [alarm, line] of alarms)
  test(`${alarmKey(matterOf(alarm))} ${'checked' in alarm ? alarm.checked.kind : ''}`, () => {
    assert.match(silenceWords.raised(alarm, now), line)
    assert.deepEqual(matterFrom(alarmKey(matterOf(alarm))), matterOf(alarm))
    assert.doesNotMatch(silenceWords.plain(silenceWords.raised(alarm, now)), /[*`]/)
    assert.match(silenceWords.over(matterOf(alarm), mira), /\.$/)
    assert.match(silenceWords.lasting(matterOf(alarm), undefined, now - hour, now), /^Noticed 60 minutes ago/)
  })

test("nobody's name can ping or format anything", () => {
  const alarm: Alarm = { kind: 'missed', account: evil, ...quiet, posts: 2 }
  for (const text of [silenceWords.raised(alarm, now), silenceWords.over(matterOf(alarm), evil)]) {
    assert.doesNotMatch(text, /<!|\*boss\*|`x`|@channel/)
  }
})

test('keys of other matters are not ours', () => {
  for (const key of ['gap:1', 'silence:', 'silence:nonsense:1', 'silence-over:account:1:5'])
    assert.equal(matterFrom(key), undefined)
})
