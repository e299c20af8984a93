/** A line of the stream to a post, and the post to a message: a post or a drop with a reason, and nothing in it pings or formats (I8). */

import { dropReasons } from '../../../src/domain/drop.ts'
import { prepare } from '../../../src/domain/filter/doc.ts'
import { explain } from '../../../src/domain/filter/explain.ts'
import { match } from '../../../src/domain/filter/match.ts'
import { parse } from '../../../src/domain/filter/parse.ts'
import { type Post, plainText } from '../../../src/domain/post.ts'
import { compose, composePlain } from '../../../src/slack/out/compose.ts'
import { toPost } from '../../../src/source/x/to-post.ts'
import { assertSound } from '../../corpus/messages/sound.ts'
import { hashOf, must, type Target } from '../target.ts'
import { mustBeSentence } from './said.ts'
import { wires } from './wires.ts'

/** Of so many posts one is made into a message and judged: that takes a hundred times as long as reading it. */
const composedEvery = 40

const filters = [
  'gravity OR "dark matter"',
  'has:media -is:repost',
  '@mira_okafor #physics',
  'url:arxiv lang:en',
  '量子',
].flatMap(text => {
  const parsed = parse(text)
  return parsed.ok ? [parsed.filter] : []
})

export const xPost: Target = {
  name: 'x-post',
  shape: 'json',
  share: 220,
  charsMax: 100_000,
  seeds: wires,
  words: [
    ...[
      'data',
      'includes',
      'errors',
      'entities',
      'note_tweet',
      'note_post',
      'referenced_tweets',
      'referenced_posts',
      'attachments',
      'urls',
      'start',
      'end',
    ],
    ...[
      'retweeted',
      'quoted',
      'replied_to',
      'edit_history_tweet_ids',
      'media_keys',
      'poll_ids',
      'username',
      'expanded_url',
      'javascript:alert(1)',
    ],
    ...[
      'http://169.254.169.254/latest',
      'https://pbs.twimg.com/media/a.jpg',
      '<!channel>',
      '@here',
      '*bold*',
      '&amp;',
      'https://x.com/i/status/1',
    ],
  ],
  open: () => ({
    run(input) {
      const reading = toPost(input)
      if (reading.kind === 'drop') {
        return () => {
          must(dropReasons.includes(reading.reason), 'a drop has a reason that is not in the list')
          must(reading.detail.length <= 600, 'the detail of a drop is longer than a line of a log', reading.detail)
        }
      }
      const { post } = reading
      const doc = prepare(post)
      const verdicts = filters.map(filter => ({ is: match(filter, doc), said: explain(filter, doc) }))
      const message =
        hashOf(input) % composedEvery === 0
          ? [compose({ kind: 'post', post, struck: false }), composePlain({ kind: 'post', post, struck: false })]
          : []
      return () => {
        mustBePost(post)
        for (const { is, said } of verdicts) {
          must(is === said.matched, 'matching and explaining disagree')
          for (const { places } of said.found) {
            for (const { where, start, end } of places) {
              const body = where === 'post' ? post : post.inner
              must(
                body !== undefined && start >= 0 && start < end && end <= plainText(body).length,
                'a place is outside of the text',
              )
            }
          }
        }
        if (message[0] !== undefined) assertSound(message[0])
      }
    },
  }),
}

function mustBePost(post: Post): void {
  must(/^\d{1,20}$/.test(post.id) && /^\d{1,20}$/.test(post.version), 'a post has an id that is none', post.id)
  must(Number.isFinite(post.createdAt), 'a post has no time')
  for (const body of post.inner === undefined ? [post] : [post, post.inner]) {
    for (const span of body.text) {
      must(typeof span.text === 'string' && span.text !== '', 'a span is empty')
      must(plainText(body).isWellFormed(), 'a post holds half of a character')
    }
  }
  if (post.innerMissing !== undefined) mustBeSentence(post.innerMissing, 200)
}
