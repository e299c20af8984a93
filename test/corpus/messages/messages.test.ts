/**
 * Golden messages: each post of this folder makes exactly the message beside it, Slack's rules as the simulator knows them take
 * it, and nothing in it pings anybody. UPDATE=1 rewrites the messages.
 */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { judgeBlocks } from '../../../sim/slack/blocks/message.ts'
import { pings, unfurls } from '../../../sim/slack/pings.ts'
import type { Post } from '../../../src/domain/post.ts'
import { slackFallbackBytesMax } from '../../../src/limits.ts'
import { composePost } from '../../../src/slack/out/compose.ts'
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

for (const name of names) {
  test(`the post "${name}" makes its golden message`, () => {
    const message = composePost(read(name), { deliveryId: 'a-delivery' })
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
