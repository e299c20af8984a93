import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import test from 'node:test'
import fc from 'fast-check'
import { dropReasons } from '../../domain/drop.ts'
import { type Post, plainText } from '../../domain/post.ts'
import { envelope } from './schema.ts'
import { finish, parsePage, type Reading, toPost } from './to-post.ts'

const mira = {
  id: '9001',
  username: 'mira_okafor',
  name: 'Mira Okafor',
  profile_image_url: 'https://pbs.twimg.com/a_normal.jpg',
}
const jonas = { id: '9002', username: 'jonas_weil', name: 'Jonas Weil' }

/** Where a piece stands in a text, in code points, as X counts. */
function at(text: string, piece: string, nth = 0): { start: number; end: number } {
  let unit = -1
  for (let turn = 0; turn <= nth; turn += 1) unit = text.indexOf(piece, unit + 1)
  const start = [...text.slice(0, unit)].length
  return { start, end: start + [...piece].length }
}

function base(text: string, more: object = {}): Record<string, unknown> {
  return {
    id: '2123779230004150272',
    edit_history_tweet_ids: ['2123779230004150272'],
    author_id: '9001',
    created_at: '2026-11-20T14:03:21.000Z',
    text,
    lang: 'en',
    ...more,
  }
}

function read(data: object, includes: object = { users: [mira, jonas] }, more: object = {}): Post {
  const reading = toPost(JSON.stringify({ data, includes, ...more }))
  assert.equal(reading.kind, 'post', JSON.stringify(reading))
  return reading.kind === 'post' ? reading.post : assert.fail()
}

const shape = (post: Pick<Post, 'text'>) => post.text.map(span => `${span.kind}:${span.text}`)

test('entities are placed by code point, and text is unescaped once', () => {
  const text = '🚨 Beam lost &amp; &amp;lt; @jonas_weil see https://t.co/Ab3dE5gH7j #LatticeQCD $ABC'
  const post = read(
    base(text, {
      entities: {
        mentions: [{ ...at(text, '@jonas_weil'), username: 'jonas_weil', id: '9002' }],
        urls: [
          {
            ...at(text, 'https://t.co/Ab3dE5gH7j'),
            url: 'https://t.co/Ab3dE5gH7j',
            expanded_url: 'https://beam.example/42?a=1&b=2',
            display_url: 'beam.example/42',
          },
        ],
        hashtags: [{ ...at(text, '#LatticeQCD'), tag: 'LatticeQCD' }],
        cashtags: [{ ...at(text, '$ABC'), tag: 'ABC' }],
      },
    }),
  )
  assert.deepEqual(shape(post), [
    'text:🚨 Beam lost & &lt; ',
    'mention:@jonas_weil',
    'text: see ',
    'link:beam.example/42',
    'text: ',
    'hashtag:#LatticeQCD',
    'text: ',
    'cashtag:$ABC',
  ])
  const link = post.text.find(span => span.kind === 'link')
  assert.deepEqual(link, {
    kind: 'link',
    text: 'beam.example/42',
    url: 'https://t.co/Ab3dE5gH7j',
    expandedUrl: 'https://beam.example/42?a=1&b=2',
  })
})

test('a position that is wrong is not believed: the entity is looked for in the text', () => {
  const text = 'a &lt; b @jonas_weil and @jonas_weil_2 #Cats #Cat'
  const post = read(
    base(text, {
      entities: {
        mentions: [
          { start: 6, end: 17, username: 'Jonas_Weil', id: '9002' },
          { start: 0, end: 3, username: 'nobody_here', id: '9009' },
        ],
        hashtags: [{ start: 999, end: 1003, tag: 'cat' }],
      },
    }),
  )
  assert.deepEqual(shape(post), [
    'text:a < b ',
    'mention:@jonas_weil',
    'text: and @jonas_weil_2 #Cats ',
    'hashtag:#Cat',
  ])
})

test('links of pictures and of the quoted post are left out at the end of the text, and only there', () => {
  const text = 'See https://t.co/quoted1 then https://t.co/quoted1 https://t.co/pic11 https://t.co/pic11'
  const quoted = {
    url: 'https://t.co/quoted1',
    expanded_url: 'https://twitter.com/jonas_weil/status/77',
    display_url: 'x.com/jonas…',
  }
  const picture = {
    url: 'https://t.co/pic11',
    display_url: 'pic.x.com/pic11',
    media_key: '3_1',
    expanded_url: 'https://x.com/m/status/1/photo/1',
  }
  const post = read(
    base(text, {
      referenced_tweets: [{ type: 'quoted', id: '77' }],
      attachments: { media_keys: ['3_2', '3_1', '3_missing'] },
      entities: {
        urls: [
          { ...quoted, ...at(text, 'https://t.co/quoted1') },
          { ...quoted, ...at(text, 'https://t.co/quoted1', 1) },
          { ...picture, ...at(text, 'https://t.co/pic11') },
          { ...picture, ...at(text, 'https://t.co/pic11') },
          { ...picture, ...at(text, 'https://t.co/pic11', 1) },
        ],
      },
    }),
    {
      users: [mira, jonas],
      tweets: [{ id: '77', text: 'inner &gt; outer', author_id: '9002' }],
      media: [
        {
          media_key: '3_1',
          type: 'photo',
          url: 'https://pbs.twimg.com/1.jpg',
          alt_text: 'A cloud chamber',
          width: 10,
          height: 5,
        },
        { media_key: '3_2', type: 'video', preview_image_url: 'https://pbs.twimg.com/2.jpg', duration_ms: 900 },
      ],
    },
  )
  assert.deepEqual(shape(post), ['text:See ', 'link:x.com/jonas…', 'text: then'])
  assert.equal(post.relation, 'quote')
  assert.equal(post.inner && plainText(post.inner), 'inner > outer')
  assert.equal(post.inner?.author.handle, 'jonas_weil')
  assert.deepEqual(post.media, [
    { kind: 'video', imageUrl: 'https://pbs.twimg.com/2.jpg', durationMs: 900 },
    { kind: 'photo', imageUrl: 'https://pbs.twimg.com/1.jpg', alt: 'A cloud chamber', width: 10, height: 5 },
  ])
})

test('a repost carries the whole original, not the cut text, and its pictures', () => {
  const whole = `${'long '.repeat(60)}end`
  const post = read(
    base(`RT @jonas_weil: ${whole.slice(0, 100)}…`, {
      referenced_tweets: [{ type: 'retweeted', id: '88' }],
      entities: { mentions: [{ start: 3, end: 14, username: 'jonas_weil', id: '9002' }] },
    }),
    {
      users: [mira],
      tweets: [
        {
          id: '88',
          text: 'preview…',
          note_tweet: { text: whole },
          author_id: '9002',
          attachments: { media_keys: ['3_1'] },
        },
      ],
      media: [{ media_key: '3_1', type: 'photo', url: 'https://pbs.twimg.com/1.jpg' }],
    },
  )
  assert.equal(post.relation, 'repost')
  assert.deepEqual(post.text, [])
  assert.equal(post.inner && plainText(post.inner), whole)
  assert.equal(post.inner?.media.length, 1)
  // The users expansion lacks the author; the repost's own mention names him.
  assert.equal(post.inner?.author.handle, 'jonas_weil')
  assert.equal(post.inner?.url, 'https://x.com/jonas_weil/status/88')
})

test('a quoted post that X cannot give is missing for a reason in words', () => {
  const quoting = base('What a thing', { referenced_tweets: [{ type: 'quoted', id: '77' }] })
  const because = (error: object) =>
    read(quoting, { users: [mira] }, { errors: [{ resource_id: '77', parameter: 'referenced_tweets.id', ...error }] })
      .innerMissing
  assert.equal(
    because({ title: 'Not Found Error', type: 'https://api.x.com/2/problems/resource-not-found' }),
    'deleted',
  )
  assert.equal(
    because({ title: 'Authorization Error', type: 'https://api.twitter.com/2/problems/not-authorized-for-resource' }),
    'protected',
  )
  assert.equal(because({ title: 'Forbidden', detail: 'User has been suspended: [x].' }), 'account suspended')
  assert.equal(read(quoting).innerMissing, 'not available')
})

test('a reply to oneself is a thread; to somebody else a reply; one that quotes is a quote that says whom it answers', () => {
  const reply = (to: string, more: object[] = []) =>
    read(base('x', { in_reply_to_user_id: to, referenced_tweets: [...more, { type: 'replied_to', id: '55' }] }))
  assert.deepEqual([reply('9001').relation, reply('9002').relation], ['thread', 'reply'])
  assert.deepEqual(reply('9002').replyTo, { postId: '55', authorId: '9002', handle: 'jonas_weil' })
  const both = reply('9002', [{ type: 'quoted', id: '77' }])
  assert.deepEqual([both.relation, both.replyTo?.postId], ['quote', '55'])
})

test('where X does not say whose post is answered, the answered post itself does', () => {
  const answer = { referenced_tweets: [{ type: 'replied_to', id: '77' }] }
  const by = (author: string) => ({ users: [mira, jonas], tweets: [{ id: '77', text: 'first', author_id: author }] })
  assert.equal(read(base('more', answer), by('9001')).relation, 'thread')
  assert.equal(read(base('more', answer), by('9002')).relation, 'reply')
})

test('half a character in a name or a text becomes the one that can be stored', () => {
  const post = read(base('half \ud83d'), { users: [{ ...mira, name: 'Mira \ud83d' }] })
  assert.equal(post.author.name, 'Mira \ufffd')
  assert.equal(plainText(post), 'half \ufffd')
})

test('a long post is shown whole, with the entities of the whole', () => {
  const whole = `${'word '.repeat(80)}https://t.co/Nn1mM2kK3j`
  const post = read(
    base('word word… https://t.co/self', {
      note_tweet: {
        text: whole,
        entities: {
          urls: [{ ...at(whole, 'https://t.co/Nn1mM2kK3j'), url: 'https://t.co/Nn1mM2kK3j', display_url: 'a.example' }],
        },
      },
    }),
  )
  assert.equal(plainText(post), `${'word '.repeat(80)}a.example`)
})

test('an edit is the same post: its id is the first of the history', () => {
  const post = read(
    base('v2', { id: '2123779653628854276', edit_history_tweet_ids: ['2123779230004150272', '2123779653628854276'] }),
  )
  assert.deepEqual([post.id, post.version, post.edited], ['2123779230004150272', '2123779653628854276', true])
})

test('both spellings of X give the same post', () => {
  const note = { text: 'the whole of it' }
  const older = read(
    base('v', {
      edit_history_tweet_ids: ['1', '2123779230004150272'],
      referenced_tweets: [{ type: 'quoted', id: '77' }],
      note_tweet: note,
    }),
    { users: [mira, jonas], tweets: [{ id: '77', text: 'inner', author_id: '9002', note_tweet: note }] },
  )
  const { edit_history_tweet_ids: _, ...plain } = base('v')
  const newer = read(
    {
      ...plain,
      edit_history_post_ids: ['1', '2123779230004150272'],
      referenced_posts: [{ type: 'quoted', id: '77' }],
      note_post: note,
    },
    { users: [mira, jonas], posts: [{ id: '77', text: 'inner', author_id: '9002', note_post: note }] },
  )
  assert.deepEqual(newer, older)
})

test('a poll keeps its order; a language nobody speaks is none', () => {
  const post = read(base('Which one?', { lang: 'qme', attachments: { poll_ids: ['1'] } }), {
    polls: [
      {
        id: '1',
        voting_status: 'open',
        end_datetime: '2026-11-21T15:00:00.000Z',
        options: [
          { position: 2, label: 'Muons', votes: 3 },
          { position: 1, label: 'Kaons', votes: 0 },
        ],
      },
    ],
  })
  assert.deepEqual(post.poll, {
    options: [
      { label: 'Kaons', votes: 0 },
      { label: 'Muons', votes: 3 },
    ],
    open: true,
    endsAt: Date.UTC(2026, 10, 21, 15),
  })
  assert.equal(post.lang, undefined)
  // Not what every object has under that name.
  assert.equal(read(base('Hm', { lang: 'constructor' })).lang, 'constructor')
})

test('parts that are missing, null or odd cost only themselves', () => {
  const post = read(
    base('hello', {
      entities: { urls: [null, { start: 'x' }], mentions: 7 },
      attachments: null,
      referenced_tweets: [{}],
      created_at: 'soon',
      lang: null,
    }),
    { users: null, media: 'none' },
  )
  assert.equal(plainText(post), 'hello')
  assert.deepEqual([post.author.handle, post.url], ['', 'https://x.com/i/status/2123779230004150272'])
  assert.equal(new Date(post.createdAt).getUTCFullYear(), 2026)
})

test('what is not a post is a drop with its reason', () => {
  const reason = (line: string) => {
    const reading = toPost(line)
    return reading.kind === 'drop' ? reading.reason : reading.kind
  }
  assert.equal(reason('{"data":{"id"'), 'not-json')
  assert.equal(reason('[1]'), 'bad-shape')
  assert.equal(reason('{"data":{"id":"1"}}'), 'bad-shape')
  assert.equal(reason('{"data":{"id":5,"text":"x","author_id":"1"}}'), 'bad-shape')
  assert.equal(reason('{"system":{"message":"hello"}}'), 'unknown-message')
  const disconnect =
    '{"errors":[{"title":"operational-disconnect","disconnect_type":"UpstreamOperationalDisconnect","detail":"This stream has been disconnected upstream for operational reasons.","type":"https://api.x.com/2/problems/operational-disconnect"}]}'
  assert.deepEqual(toPost(disconnect), {
    kind: 'drop',
    reason: 'stream-error',
    detail: 'operational-disconnect: This stream has been disconnected upstream for operational reasons.',
  })
})

test('nothing from outside makes it throw, and every drop has a known reason', () => {
  const fine = JSON.stringify({ data: base('a &amp; b'), includes: { users: [mira] } })
  const broken = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .tuple(fc.nat(fine.length), fc.nat(20), fc.string({ maxLength: 5 }))
      .map(([from, length, put]) => fine.slice(0, from) + put + fine.slice(from + length)),
    fc
      .record({
        data: fc.dictionary(fc.constantFrom(...Object.keys(base(''))), fc.jsonValue()),
        includes: fc.jsonValue(),
        errors: fc.jsonValue(),
      })
      .map(value => JSON.stringify(value)),
  )
  fc.assert(
    fc.property(broken, line => {
      const reading: Reading = toPost(line)
      assert.ok(reading.kind === 'post' || dropReasons.includes(reading.reason))
    }),
    { numRuns: 500 },
  )
})

const captures = new URL('../../../../shared/data/x/', import.meta.url)

test('every line of real captures is a post, or a drop with a name', {
  skip: existsSync(captures) ? false : 'the captures are not on this machine',
}, () => {
  const readings: Reading[] = []
  for (const name of readdirSync(captures)) {
    for (const line of readFileSync(new URL(name, captures), 'utf8')
      .split('\n')
      .filter(text => text !== '')) {
      const single = toPost(line)
      const page = single.kind === 'drop' && single.reason === 'bad-shape'
      readings.push(...(page ? parsePage(envelope.parse(JSON.parse(line))).map(parsed => finish(parsed)) : [single]))
    }
  }
  const drops = readings.filter(reading => reading.kind === 'drop')
  assert.deepEqual(drops, [{ kind: 'drop', reason: 'not-json', detail: 'the line is not JSON' }])
  const posts = readings.flatMap(reading => (reading.kind === 'post' ? [reading.post] : []))
  assert.ok(posts.length > 100)
  for (const post of posts) {
    assert.notEqual(post.author.handle, '')
    assert.ok(post.relation !== 'repost' || post.inner !== undefined || post.innerMissing !== undefined)
    assert.ok(!plainText(post).includes('&amp;'))
    assert.ok(!plainText(post).includes('https://t.co/'), plainText(post))
  }
})
