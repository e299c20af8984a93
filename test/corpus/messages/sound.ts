/** Whether a message is one that Slack takes and that does no harm: by the simulator's validator, and by reading it apart from the code that makes it. */
import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { judgeBlocks } from '../../../sim/slack/blocks/message.ts'
import { renderedChars } from '../../../sim/slack/blocks/size.ts'
import { pictures, walk } from '../../../sim/slack/blocks/walk.ts'
import { pings, unfurls } from '../../../sim/slack/pings.ts'
import { slackFallbackBytesMax } from '../../../src/limits.ts'
import type { Message } from '../../../src/slack/out/blocks.ts'
import { sentAs } from './shown.ts'

/** Everything that must hold for any message. */
export function assertSound(message: Message): void {
  const blocks: unknown = JSON.parse(JSON.stringify(message.blocks))
  const verdict = judgeBlocks(blocks)
  assert.ok(verdict.ok, JSON.stringify(verdict).slice(0, 2000))
  const sent = { text: message.text, blocks: verdict.blocks, sentAs: sentAs(message) }
  assert.deepEqual(pings(sent), [])
  assert.deepEqual(unfurls(sent), [])
  assert.ok(renderedChars(verdict.blocks) <= 12_000)
  assert.ok(message.text.trim() !== '' && Buffer.byteLength(message.text) <= slackFallbackBytesMax)
  // In fullwidth, circled or bold letters too.
  assert.doesNotMatch(message.text.normalize('NFKC'), /@(?:here|channel|everyone|group)\b/i)
  for (const { value } of walk({ text: message.text, blocks }, '')) {
    for (const [key, entry] of Object.entries(value)) {
      if (typeof entry === 'string') assert.ok(entry.isWellFormed(), 'no half of a character is left')
      if (key === 'url' || key === 'image_url') assert.match(String(entry), /^https?:\/\//)
    }
  }
  for (const { url } of pictures(blocks)) {
    const host = new URL(url).hostname
    assert.ok(isIP(host.replace(/[[\]]/g, '')) === 0 && host.includes('.'), `${url} is public`)
  }
}

/** The same of a message without blocks. */
export function assertPlainSound(message: Message): void {
  assert.deepEqual(message.blocks, [])
  assert.ok(message.text.trim() !== '' && Buffer.byteLength(message.text) <= slackFallbackBytesMax)
  assert.ok(message.text.isWellFormed())
  const sent = { text: message.text, blocks: [], sentAs: sentAs(message) }
  assert.deepEqual(pings(sent), [])
  assert.deepEqual(unfurls(sent), [])
}

/** Characters that leave ink: no white space, no controls, no marks of direction. */
export function ink(text: string): string {
  return text.toWellFormed().replace(/[\s\p{Cc}\u2028\u2029]/gu, '')
}

/** The ink of a text span by span: two halves of a character in different spans are not one character. */
export function inkOf(spans: readonly { readonly text: string }[]): string {
  return spans.map(({ text }) => ink(text)).join('')
}
