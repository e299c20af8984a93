/**
 * Golden messages: each post of this folder makes exactly the message beside it, Slack's rules as the simulator knows them take
 * it, and nothing in it pings anybody. What is not just a post (struck through, several of a gap) is a content. UPDATE=1 rewrites the messages.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { judgeBlocks } from '../../../sim/slack/blocks/message.ts'
import { pings, unfurls } from '../../../sim/slack/pings.ts'
import type { Content } from '../../../src/domain/content.ts'
import type { Post } from '../../../src/domain/post.ts'
import { slackFallbackBytesMax } from '../../../src/limits.ts'
import { compose, composePlain, composePost } from '../../../src/slack/out/compose.ts'
import { sentAs, shownText } from './shown.ts'

const names = globSync('*.post.json', { cwd: import.meta.dirname })
  .map(file => file.replace('.post.json', ''))
  .toSorted()

function read(name: string): Post {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.post.json`), 'utf8'))
}

test('there is a golden message for every kind of post', () => {
  assert.ok(names.length >= 12)
})

const contents = globSync('*.content.json', { cwd: import.meta.dirname })
  .map(file => file.replace('.content.json', ''))
  .toSorted()

function readContent(name: string): Content {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.content.json`), 'utf8'))
}

for (const name of [...names, ...contents]) {
  test(`"${name}" makes its golden message`, () => {
    const content: Content = contents.includes(name)
      ? readContent(name)
      : { kind: 'post', post: read(name), struck: false }
    const message = compose(content, { deliveryId: 'a-delivery' })
    const file = join(import.meta.dirname, `${name}.blocks.json`)
    const text = `${JSON.stringify(message, null, 2)}\n`
    if (process.env['UPDATE'] === '1' || !existsSync(file)) writeFileSync(file, text)
    assert.equal(text, readFileSync(file, 'utf8'))

    const verdict = judgeBlocks(JSON.parse(JSON.stringify(message.blocks)))
    assert.equal(verdict.ok, true, JSON.stringify(verdict))
    assert.ok(verdict.ok)
    const sent = { text: message.text, blocks: verdict.blocks, sentAs: sentAs(message) }
    assert.deepEqual(pings(sent), [])
    assert.deepEqual(unfurls(sent), [])
    assert.ok(Buffer.byteLength(message.text) <= slackFallbackBytesMax)
    const plain = composePlain(content)
    assert.deepEqual(pings({ text: plain.text, blocks: undefined, sentAs: sentAs(plain) }), [])
    assert.ok(Buffer.byteLength(plain.text) <= slackFallbackBytesMax)
  })
}

test('original, repost, quote, thread and reply are told apart by their first line', () => {
  const heads = ['original', 'repost', 'quote-with-images', 'thread', 'reply'].map(name => {
    const [first] = composePost(read(name)).blocks
    assert.equal(first?.type, 'context')
    return shownText([first])
  })
  for (const [i, mark] of ['', '🔁 reposted by', '💬 quotes', '🧵 continues', '↩︎ replies to'].entries()) {
    assert.ok(heads[i]?.includes(mark))
    assert.equal(new Set(heads).size, heads.length)
  }
})

test('a post that its author has deleted is struck through, without pictures or a way to it', () => {
  const content = readContent('struck')
  assert.ok(content.kind === 'post' && content.struck)
  const message = compose(content)
  const wire = JSON.stringify(message.blocks)
  assert.match(wire, /"text":"This is the plot to look at. #darkmatter","style":\{"strike":true\}/)
  assert.equal(wire.match(/"type":"image"/g)?.length, 1, 'the avatar alone')
  assert.match(shownText(message.blocks), /🗑 \*deleted by its author\*/)
  assert.equal(wire.includes(content.post.url), false)
  assert.match(message.text, /deleted by its author/)
})

test('a deleted post in a catch-up message leads nowhere, in its plain form too', () => {
  const content = readContent('catch-up-of-6')
  assert.ok(content.kind === 'catch-up')
  const gone = content.posts.filter(({ struck }) => struck)
  assert.ok(gone.length > 0)
  const plain = composePlain(content).text
  assert.match(plain, /\((?:deleted by its author|repost taken back)\)/)
  for (const { post } of gone) {
    assert.equal(JSON.stringify(compose(content).blocks).includes(post.url), false)
    assert.equal(plain.includes(post.url), false)
  }
})

test('an edited post says so', () => {
  assert.match(shownText(composePost(read('edited')).blocks), /✏️ \*edited\*/)
})
