/** The same once as people run it: nothing of the tests in the process, and in real time. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { postsIn } from '../../sim/desk/shown-posts.ts'
import { sqlite } from './engine.ts'
import { openStage } from './stage.ts'

const channel = 'C0LAB'

test('`birdwire serve`, killed while posts come and started again, brings each of them once and in order', {
  timeout: 60_000,
}, async () => {
  await using stage = await openStage({ engine: sqlite, seed: 1, channels: [channel] })
  const { world, x, slack } = stage
  assert.ok(await stage.start())
  assert.match((await stage.type(channel, 'follow mira_okafor')) ?? '', /Now following/)
  await x.rulesAre(rules => rules.length > 0)
  await x.connected()
  const written: string[] = []
  const write = async (): Promise<void> => {
    const post = world.post({ author: 'mira_okafor', text: `Reading ${written.length + 1}` })
    written.push(post.id)
    await x.emit(post)
  }
  const shown = () => slack.messages(channel).flatMap(postsIn)
  await write()
  await slack.until('message', () => shown().length > 0)
  await write()
  await write()
  await stage.end('SIGKILL')
  await write()
  assert.ok(await stage.start())
  await x.connected(2)
  await write()
  await slack.until('message', () => shown().includes(written.at(-1) ?? ''))
  await slack.until('message', () => shown().length >= written.length)
  assert.deepEqual(shown(), written)
  await stage.end('SIGTERM')
})
