/**
 * A change made in Slack while posts stream: nothing is restarted, nothing waits, nothing is lost. The old bot emptied its queue and went deaf for
 * a minute at every edit of a list.
 */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const [changed, other] = ['C0CHANGED', 'C0OTHER']

test('old bot: every edit of a list emptied the queue and went deaf for 60 s', { timeout: 60_000 }, async () => {
  await using rig = await startServiceRig({ channels: [changed, other] })
  const { world, x, slack } = rig
  await rig.type(other, 'follow mira_okafor')
  await x.connected()
  await x.rulesAre(rules => rules.some(({ value }) => value.includes(world.someone('mira_okafor').id)))

  const written: string[] = []
  const write = async (author: string, text: string): Promise<string> => {
    const post = world.post({ author, text })
    await x.emit(post)
    written.push(post.id)
    return post.id
  }
  const inForce = (handle: string) =>
    x.rulesAre(rules => rules.some(({ value }) => value.includes(`from:${world.someone(handle).id}`)))
  const arrives = (channel: string, id: string) =>
    untilTrue(() => slack.messages(channel).some(message => JSON.stringify(message.blocks).includes(`/status/${id}`)))

  const before: string[] = []
  for (let n = 0; n < 3; n++) before.push(await write('mira_okafor', `Reading ${n}`))
  // Slack takes a message a second: the queue is not empty when the change is made.
  await untilTrue(async () =>
    (await rig.status()).lanes.some(lane => lane.channel === other && lane.sent > 0 && lane.pending >= 2),
  )
  await rig.type(changed, 'follow jonas_lindqv')
  before.push(await write('mira_okafor', 'A reading during the change'))
  await inForce('jonas_lindqv')
  const next = await write('jonas_lindqv', 'The very next post after the change')
  await arrives(changed, next)

  await rig.type(changed, 'keyword add axion')
  const without = await write('jonas_lindqv', 'Nothing about that')
  const withKeyword = await write('jonas_lindqv', 'An axion, perhaps')
  await arrives(changed, withKeyword)

  await rig.type(changed, 'unfollow jonas_lindqv')
  const unfollowed = await write('jonas_lindqv', 'An axion again')
  const last = await write('mira_okafor', 'The last reading')
  for (const id of [...before, last]) await arrives(other, id)

  const seen = JSON.stringify(slack.messages(changed).map(message => message.blocks))
  assert.ok(!seen.includes(without) && !seen.includes(unfollowed), 'what is not wanted any more does not come')
  assert.equal(x.connections.length, 1, 'the stream was never closed')
  // The lines are owed like posts are, a second apart.
  await untilTrue(() => slack.messages(changed).filter(({ text }) => text.includes('nell')).length >= 3)
  const lines = slack
    .messages(changed)
    .map(message => message.text)
    .filter(text => text.includes('nell'))
  assert.equal(lines.length, 3, `each change leaves a line that says who: ${lines.join(' | ')}`)
})
