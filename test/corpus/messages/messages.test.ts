/**
 * Golden messages: X's line makes exactly the post beside it, the post exactly the message; Slack's rules as the simulator knows them take
 * it, and nothing in it pings anybody. What is not just a post (struck through, several in one) is a content. UPDATE=1 rewrites posts
 * and messages.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { judgeBlocks } from '../../../sim/slack/blocks/message.ts'
import { pings, unfurls } from '../../../sim/slack/pings.ts'
import { relations } from '../../../src/domain/post.ts'
import { slackFallbackBytesMax } from '../../../src/limits.ts'
import { compose, composePlain, composePost } from '../../../src/slack/out/compose.ts'
import { contentOf, contents, fileOf, names, postOf, wires } from './golden.ts'
import { sentAs, shownText } from './shown.ts'

/** `value` is what `file` holds; UPDATE=1 makes it so. */
function assertGolden(file: string, value: unknown): void {
  const text = `${JSON.stringify(value, null, 2)}\n`
  if (process.env['UPDATE'] === '1' || !existsSync(file)) writeFileSync(file, text)
  assert.equal(text, readFileSync(file, 'utf8'))
}

test('there is a golden message for every kind of post and of message', () => {
  const all = wires.map(postOf)
  assert.deepEqual([...new Set(all.map(post => post.relation))].toSorted(), relations.toSorted())
  assert.deepEqual(
    [...new Set(all.flatMap(post => post.media.map(media => media.kind)))].toSorted(),
    ['photo', 'video', 'gif'].toSorted(),
  )
  assert.ok(all.some(post => post.poll !== undefined) && all.some(post => post.sensitive))
  assert.deepEqual([...new Set(contents.map(name => contentOf(name).kind))].toSorted(), ['catch-up', 'notice', 'post'])
})

test('no post and no message of the folder is without what it is made of', () => {
  const made = globSync('*.{post,blocks}.json', { cwd: import.meta.dirname })
  assert.deepEqual(
    made.filter(file => !names.includes(file.replace(/\.(?:post|blocks)\.json$/, ''))),
    [],
  )
})

for (const name of wires) {
  test(`X's line of "${name}" makes its golden post`, () => {
    assertGolden(fileOf(name, 'post'), postOf(name))
  })
}

for (const name of names) {
  test(`"${name}" makes its golden message`, () => {
    const content = contentOf(name)
    const message = compose(content, { deliveryId: 'a-delivery' })
    assertGolden(fileOf(name, 'blocks'), message)

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
    const [first] = composePost(postOf(name)).blocks
    assert.equal(first?.type, 'context')
    return shownText([first])
  })
  for (const [i, mark] of ['', '🔁 reposted by', '💬 quotes', '🧵 continues', '↩︎ replies to'].entries()) {
    assert.ok(heads[i]?.includes(mark))
    assert.equal(new Set(heads).size, heads.length)
  }
})

test('a post that its author has deleted is struck through, without pictures or a way to it', () => {
  const content = contentOf('struck')
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
  const content = contentOf('catch-up-of-6')
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
  assert.match(shownText(composePost(postOf('edited')).blocks), /✏️ \*edited\*/)
})
