/**
 * Goal: who moves to PostgreSQL notices nothing in Slack. Method: the real service between the simulators on the embedded database, stopped, moved,
 * and started on a real server; what was written before, meanwhile and afterwards is in the channel once and in order, and old messages still change.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { moveDatabase } from '../../src/offline.ts'
import { noPostgres, startPostgres } from '../rig/postgres-server.ts'
import { postsShown } from '../rig/posts-shown.ts'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const channel = 'C0DESK'
const minute = 60_000

test('a service on PostgreSQL goes on where the one on the embedded database stopped', {
  skip: noPostgres,
  timeout: 60_000,
}, async () => {
  await using server = await startPostgres()
  await using rig = await startServiceRig({ channels: [channel], speed: 20 })
  const write = (text: string) => rig.world.post({ author: 'mira_okafor', text })
  const shown = () => rig.slack.messages(channel).flatMap(postsShown)
  await rig.type(channel, 'follow mira_okafor')
  await rig.reading()
  const before = [write('Before the move'), write('Also before')]
  for (const post of before) await rig.x.emit(post)
  await untilTrue(() => shown().length === 2)
  await rig.stop()

  rig.leap(minute)
  const between = [write('In between'), write('Still in between')]
  rig.leap(minute)
  const url = await server.newDatabase()
  const moved = await moveDatabase(rig.dir, url)
  assert.ok(moved.rows > 10)

  rig.environment['DATABASE_URL'] = url
  await rig.start()
  await rig.reading()
  const after = write('After the move')
  await rig.x.emit(after)
  const all = [...before, ...between, after].map(({ id }) => id)
  await untilTrue(() => shown().includes(after.id))
  assert.deepEqual(shown(), all)

  const stamps = rig.slack.messages(channel).map(({ ts }) => ts)
  await rig.x.emit(rig.world.post({ author: 'mira_okafor', text: 'Before the move, edited', editOf: all[0] ?? '' }))
  await untilTrue(() => JSON.stringify(rig.slack.messages(channel)).includes('Before the move, edited'))
  assert.deepEqual(
    rig.slack.messages(channel).map(({ ts }) => ts),
    stamps,
    'the message of the old service was changed, and none came',
  )
  assert.match(await rig.type(channel, `why ${before[1]?.id}`), /Mira Okafor|followed here/)
  // Nothing is left to the old database: the same once more is nothing new, and it is as it was.
  assert.equal((await moveDatabase(rig.dir, url)).rows, moved.rows)
})
