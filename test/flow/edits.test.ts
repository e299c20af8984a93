/**
 * Goal: a message follows its post: edited, deleted, taken down. Method: the real service between the simulators; deletions are told by the
 * Activity API.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'

const [removing, striking] = ['C0REMOVE', 'C0STRIKE']
const channels = [removing, striking]
const jsonOf = ({ blocks, text }: { readonly blocks?: unknown; readonly text: string }) =>
  JSON.stringify([blocks, text])

test('a message is updated once when its post is edited, removed or struck through when it is deleted, and gone when it is taken down', {
  timeout: 30_000,
}, async () => {
  await using rig = await startServiceRig({ channels, speed: 20, environment: { X_ACTIVITY: 'on' } })
  for (const channel of channels) await rig.type(channel, 'follow mira_okafor')
  await rig.type(striking, 'options deletions strike')
  await rig.reading()
  await rig.x.until(() => rig.x.activity.open().length > 0)
  const write = async (text: string, change: { readonly editOf?: string } = {}) => {
    const post = rig.world.post({ author: 'mira_okafor', text, ...change })
    await rig.x.emit(post)
    return post.id
  }
  const saying = (channel: string, text: string) =>
    rig.slack.messages(channel).filter(message => jsonOf(message).includes(text))
  const come = (text: string) => untilTrue(() => channels.every(channel => saying(channel, text).length === 1))

  const typo = await write('With a tpyo')
  const deleted = await write('To be deleted')
  const taken = await write('To be taken down')
  for (const text of ['tpyo', 'To be deleted', 'To be taken down']) await come(text)
  const stamps = new Map(channels.map(channel => [channel, saying(channel, 'tpyo')[0]?.ts]))

  await write('Without a typo', { editOf: typo })
  await come('Without a typo')
  for (const channel of channels) {
    const [message, ...others] = saying(channel, 'Without a typo')
    assert.ok(message !== undefined && others.length === 0)
    assert.equal(message.ts, stamps.get(channel), 'the same message')
    assert.match(jsonOf(message), /✏️ \*edited\*/)
    assert.deepEqual(saying(channel, 'tpyo'), [])
  }

  await rig.x.deletePost(deleted)
  await untilTrue(() => saying(removing, 'To be deleted').length === 0)
  await untilTrue(() => saying(striking, 'deleted by its author').length === 1)
  const struck = saying(striking, 'deleted by its author').map(jsonOf).join()
  assert.match(struck, /"text":"To be deleted","style":\{"strike":true\}/)
  assert.doesNotMatch(struck, /View on X/)

  const answer = await rig.type(striking, `takedown https://x.com/mira_okafor/status/${taken}`)
  assert.match(answer, /^Taken down: .+\nIt was in 2 channels: its messages are being deleted there/)
  await untilTrue(() => channels.every(channel => saying(channel, 'To be taken down').length === 0))
  const why = (id: string) => rig.type(striking, `why https://x.com/mira_okafor/status/${id}`)
  assert.match(await why(taken), /It was taken down since: its message is removed\./)
  assert.match(await why(deleted), /Its author has deleted it since: its message is removed or struck through\./)
  assert.doesNotMatch(await why(typo), /since:/)
  assert.equal(updates(rig), 3, 'two edits and one strike, none twice')
})

const updates = (rig: ServiceRig) => rig.slack.calls('chat.update').length
