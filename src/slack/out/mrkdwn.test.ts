import assert from 'node:assert/strict'
import test from 'node:test'
import { escapeEntities, mrkdwnDate, mrkdwnLink, readsAsMarkup } from './mrkdwn.ts'

test('exactly the three characters Slack names are escaped', () => {
  assert.equal(escapeEntities('<!channel> & *b* "q" \'a\''), '&lt;!channel&gt; &amp; *b* "q" \'a\'')
})

test('a link cannot be broken out of, by its address or by its label', () => {
  assert.equal(
    mrkdwnLink('https://a.example/?q=1&r=<|>', 'a > b <!here>'),
    '<https://a.example/?q=1&amp;r=%3C%7C%3E|a &gt; b &lt;!here&gt;>',
  )
  assert.equal(mrkdwnLink('javascript:alert(1)', 'click & see'), 'click &amp; see')
})

test('names that mrkdwn could read as markup are recognised, ordinary names are not', () => {
  for (const name of ['*bold*', '_it_', '~x~', '`c`', ':smile:', '@here', '#general', 'a|b', '_']) {
    assert.equal(readsAsMarkup(name), true, name)
  }
  for (const name of ['Mira Okafor', 'mira_okafor', "Siobhán O'Hara", '田中 光', 'Dr. K & co.', '🔭 Optics']) {
    assert.equal(readsAsMarkup(name), false, name)
  }
})

test('a moment is written for each reader, with words for those who cannot', () => {
  assert.equal(
    mrkdwnDate(Date.UTC(2026, 0, 5, 9, 30), 'https://x.com/i/status/1'),
    '<!date^1767605400^{date_short_pretty} {time}^https://x.com/i/status/1|2026-01-05 09:30 UTC>',
  )
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, -1]) assert.equal(mrkdwnDate(ms, ''), 'date unknown')
})
