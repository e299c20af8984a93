import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWorld, type Draft } from '../world/world.ts'
import { type Product, parseRule } from './grammar.ts'
import { matches, prepare } from './match.ts'

const world = createWorld({ now: Date.UTC(2026, 10, 20) })
const write = (draft: Partial<Draft>) => world.post({ author: 'mira_okafor', ...draft }).id
const hit = (rule: string, postId: string, product: Product = 'stream') => {
  const parsed = parseRule(rule, product)
  const post = world.lookup(postId)
  assert.ok('tree' in parsed && post !== undefined, rule)
  return matches(parsed.tree, prepare(world, post, product))
}
const check = (postId: string, yes: string[], no: string[], product: Product = 'stream') => {
  for (const rule of yes) assert.equal(hit(rule, postId, product), true, `${rule} should match`)
  for (const rule of no) assert.equal(hit(rule, postId, product), false, `${rule} should not match`)
}

test('words match whole tokens in any case, with accents, whatever stands around them', () => {
  const id = write({ text: 'Coca-Cola, IBM, and #LIGO_news: dark  matter! Diacrítica 🎉' })
  check(
    id,
    [
      'coca',
      'COLA',
      '"coca-cola"',
      'ibm',
      'ligo',
      '"dark matter"',
      'diacrítica',
      '🎉',
      '#ligo_news',
      '"matter dark"~2',
    ],
    ['col', 'ib', '#ligo', 'diacritica', '"matter dark"', '"cola matter"', '"matter ibm"~2'],
  )
  check(id, ['diacritica', 'diacrítica'], [], 'search')
})

test('a run of a script without spaces matches wherever it stands', () => {
  const id = write({ text: '新しい暗黒物質の上限値' })
  check(id, ['暗黒物質', '"暗黒物質の"'], ['物質暗黒'])
})

test('tags, mentions, cashtags and links are matched as entities', () => {
  const id = write({ text: '$QCRY @gwen_pryce https://www.arxiv.example/abs/2611.01234 #暗黒物質' })
  check(
    id,
    [
      '$qcry',
      '@Gwen_Pryce',
      '#暗黒物質',
      'url:"arxiv.example"',
      'url_contains:2611 qcry',
      'qcry has:links',
      'qcry has:mentions has:cashtags',
    ],
    ['@mira_okafor', '$XENO', 'url:jobs', 'qcry has:media', 'arxiv', 'qcry is:reply'],
  )
})

test('people match by handle and by id', () => {
  const asked = write({ text: 'why?', author: 'gwen_pryce' })
  const id = write({ text: 'because', replyTo: asked })
  const mira = world.someone('mira_okafor').id
  check(
    id,
    [
      'from:MIRA_okafor',
      `from:${mira}`,
      'to:gwen_pryce',
      'because is:reply',
      '@gwen_pryce',
      `in_reply_to_tweet_id:${asked}`,
      `conversation_id:${asked}`,
      'because is:verified',
      'because lang:en',
      'bio:dark',
    ],
    ['from:gwen_pryce', 'to:mira_okafor', 'because -is:reply', 'why'],
  )
})

test('a quote is matched with what it quotes, and quoting a reply counts as a reply', () => {
  const asked = write({ text: 'Which run?', author: 'gwen_pryce' })
  const answer = write({
    text: 'Run 14, with giveaway',
    author: 'dev_anandan',
    replyTo: asked,
    media: [{ kind: 'photo' }],
  })
  const quote = write({ text: 'worth seeing', quote: answer })
  check(
    quote,
    ['giveaway', 'seeing is:quote', 'seeing is:reply', 'seeing has:images', 'from:mira_okafor giveaway'],
    ['from:mira_okafor -giveaway', 'from:mira_okafor -is:reply', 'from:dev_anandan', 'seeing is:retweet'],
  )
  check(quote, ['seeing'], ['giveaway'], 'search')
})

test('a repost is matched with the whole text it reposts', () => {
  const original = write({ text: `${'filler '.repeat(30)}axion at the end`, author: 'axion_weekly' })
  const repost = write({ repost: original })
  check(
    repost,
    ['axion', 'retweets_of:axion_weekly', 'axion is:retweet', `retweets_of_tweet_id:${original}`, 'from:mira_okafor'],
    ['axion -is:retweet', 'from:axion_weekly', 'axion is:quote'],
  )
})

test('a repost of a post that quotes or shows pictures has a link', () => {
  const original = write({ text: 'inner', author: 'gwen_pryce' })
  const quote = write({ text: 'axion', author: 'axion_weekly', quote: original })
  check(write({ repost: quote }), ['axion has:links'], ['axion has:media', 'axion is:quote'])
})

test('sample takes about its share of posts, and always the same ones', () => {
  const ids = Array.from({ length: 400 }, () => write({ text: 'sampled' }))
  const taken = ids.filter(id => hit('sampled sample:25', id))
  assert.ok(taken.length > 60 && taken.length < 140, `${taken.length} of 400`)
  assert.deepEqual(
    ids.filter(id => hit('sampled sample:25', id)),
    taken,
  )
})

test('a repost has the language of what it repeats', () => {
  const first = write({ author: 'zoe_marchand', text: 'Matière noire, toujours', lang: 'fr' })
  const repost = world.post({ author: 'mira_okafor', repost: first }).id
  check(repost, ['matière lang:fr'], ['matière lang:en', 'matière lang:zxx'])
})
