import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../world/random.ts'
import { createWorld, shownText } from '../world/world.ts'
import { chunkProfiles, cutChunks, cutInsideCharacters } from './chunks.ts'
import { postJson } from './objects.ts'
import { renderText } from './text.ts'

interface Entities {
  urls?: { start: number; end: number; url: string; expanded_url: string; media_key?: string }[]
  mentions?: { start: number; end: number; username: string }[]
  hashtags?: { start: number; end: number; tag: string }[]
  cashtags?: { start: number; end: number; tag: string }[]
}

/** Every entity's place, counted in code points of the escaped text, holds what the entity says. */
function checkPlaces(text: string, entities: Entities) {
  const points = [...text]
  const at = ({ start, end }: { start: number; end: number }) => points.slice(start, end).join('')
  for (const url of entities.urls ?? []) assert.equal(at(url), url.url)
  for (const mention of entities.mentions ?? []) assert.equal(at(mention), `@${mention.username}`)
  for (const hashtag of entities.hashtags ?? []) assert.equal(at(hashtag), `#${hashtag.tag}`)
  for (const cashtag of entities.cashtags ?? []) assert.equal(at(cashtag), `$${cashtag.tag}`)
}

test('in a long life every entity stands where it says, in the text and in the note', () => {
  const world = createWorld({ seed: 11, now: Date.UTC(2026, 10, 20) })
  for (let i = 0; i < 1500; i++) {
    const { text, entities, note } = renderText(world, world.next())
    checkPlaces(text, entities ?? {})
    if (note !== undefined) checkPlaces(note.text, note.entities ?? {})
  }
})

const world = createWorld({ now: Date.UTC(2026, 10, 20) })

test('text is escaped once and entities count the escaped characters', () => {
  const post = world.post({ author: 'mira_okafor', text: '🧐 R < 3 & σ > 5 &amp; #LIGO https://a.example/b' })
  const { text, entities } = renderText(world, post)
  assert.match(text, /^🧐 R &lt; 3 &amp; σ &gt; 5 &amp;amp; #LIGO https:\/\/t\.co\/\w{10}$/)
  checkPlaces(text, entities ?? {})
})

test('a repost is cut to 140 characters, names its author and loses the entities behind the cut', () => {
  const original = world.post({ author: 'gwen_pryce', text: `${'word '.repeat(30)}#LIGO` })
  const { text, entities } = renderText(world, world.post({ author: 'mira_okafor', repost: original.id }))
  assert.equal([...text].length, 140)
  assert.ok(text.startsWith('RT @gwen_pryce: word') && text.endsWith('…'))
  assert.deepEqual(Object.keys(entities ?? {}), ['mentions'])
})

test('pictures share one link at the end, a quote has its own, and both are outside of the displayed range', () => {
  const inner = world.post({ author: 'gwen_pryce', text: 'inner' })
  const media = [{ kind: 'photo' }, { kind: 'photo' }] as const
  const { text, entities, displayRange } = renderText(
    world,
    world.post({ author: 'mira_okafor', text: 'see', quote: inner.id, media }),
  )
  const urls = (entities as Entities).urls ?? []
  assert.equal(text.slice(displayRange[0], displayRange[1]), 'see')
  assert.deepEqual([urls.length, urls[1]?.start, urls[1]?.media_key !== urls[2]?.media_key], [3, urls[2]?.start, true])
  assert.ok(urls[0]?.expanded_url.endsWith(`/gwen_pryce/status/${inner.id}`))
})

test('a reply starts with the name it answers, outside of the displayed range; a thread does not', () => {
  const first = world.post({ author: 'gwen_pryce', text: 'why?' })
  const reply = renderText(world, world.post({ author: 'mira_okafor', text: 'because', replyTo: first.id }))
  assert.equal(reply.text, '@gwen_pryce because')
  assert.equal(reply.text.slice(...reply.displayRange), 'because')
  assert.equal(renderText(world, world.post({ author: 'gwen_pryce', text: 'no', replyTo: first.id })).text, 'no')
})

test('a long post has a preview with a link to itself and the whole text in the note', () => {
  const post = world.post({ author: 'mira_okafor', text: 'dark matter & more '.repeat(40).trim() })
  const json = postJson(world, post)
  const note = json['note_tweet'] as { text: string }
  assert.equal(note.text.replaceAll('&amp;', '&'), shownText(post))
  assert.match(String(json['text']), /… https:\/\/t\.co\/\w{10}$/)
})

test('an edit has the ids of all versions and one edit less to go', () => {
  const post = world.post({ author: 'mira_okafor', text: 'one' })
  const edited = postJson(world, world.post({ author: 'mira_okafor', text: 'two', editOf: post.id }))
  assert.deepEqual(edited['edit_history_tweet_ids'], [post.id, edited['id']])
  assert.equal((edited['edit_controls'] as { edits_remaining: number }).edits_remaining, 4)
})

test('however bytes are cut into chunks, joined they are what went in', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(...chunkProfiles),
      fc.integer(),
      (text, profile, seed) => {
        const bytes = Buffer.from(`${text}\r\n`)
        assert.deepEqual(Buffer.concat(cutChunks(bytes, profile, createRandom(seed))), bytes)
        assert.deepEqual(Buffer.concat(cutInsideCharacters(bytes)), bytes)
      },
    ),
  )
})
