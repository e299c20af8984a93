/**
 * A stream of X's as it was really captured, cut in the middle of a line by a real disconnect, through the whole pipeline: from the bytes on the
 * wire to the messages in a channel. Skipped where the capture is not at hand: it is not ours to publish.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { postsShown } from '../rig/posts-shown.ts'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const capture = join(import.meta.dirname, '../../../shared/data/x/streaming_output_with_error.jsonl')
const skip = existsSync(capture) ? false : `there is no captured stream at ${capture}`
const channel = 'C0REPLAY'

test('a captured stream arrives whole, and its half line is counted as cut', { skip, timeout: 60_000 }, async () => {
  const lines = readFileSync(capture, 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '')
  const whole = lines.flatMap(line => (parses(line) ? [JSON.parse(line)] : []))
  assert.ok(whole.length >= 6 && whole.length === lines.length - 1, 'the capture is whole posts and one half line')

  await using rig = await startServiceRig({ channels: [channel], x: { replay: capture } })
  const handles = [
    ...new Set(
      whole.map(
        ({ data, includes }) => includes.users.find((user: { id: string }) => user.id === data.author_id).username,
      ),
    ),
  ]
  await rig.type(channel, 'options replies on')
  await rig.type(channel, `follow ${handles.join(' ')}`)

  await untilTrue(async () => (await rig.status()).tallies.some(({ reason }) => reason === 'cut'))
  const { tallies, lanes } = await rig.status()
  assert.equal(tallies.find(({ result }) => result === 'stored')?.count, new Set(whole.map(({ data }) => data.id)).size)
  assert.equal(tallies.find(({ reason }) => reason === 'cut')?.count, 1)
  await untilTrue(async () => (await rig.status()).lanes.every(({ pending }) => pending === 0))
  assert.equal(
    lanes.reduce((dead, lane) => dead + lane.dead, 0),
    0,
  )

  const shown = rig.slack.messages(channel).flatMap(postsShown)
  for (const { data } of whole) assert.equal(shown.filter(id => id === data.id).length, 1, `post ${data.id}`)
})

function parses(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}
