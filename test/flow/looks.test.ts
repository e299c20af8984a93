/**
 * In whose name messages come, through the real service and the simulated Slack: in our own with the author in the message; in the author's
 * where the channel wants that and the app may; and where it may not, still in our own, for this post and all others.
 */
import assert from 'node:assert/strict'
import test, { describe } from 'node:test'
import { defaultTokens } from '../../sim/slack/seed.ts'
import { postsShown } from '../rig/posts-shown.ts'
import { type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'

const channel = 'C0LOOKS'
const customizing = defaultTokens.map(token =>
  token.kind === 'bot' ? { ...token, scopes: [...token.scopes, 'chat:write.customize'] } : token,
)

async function reading(rig: ServiceRig): Promise<void> {
  await untilTrue(async () => (await rig.ready()).said['slack']?.includes('good') !== false)
  await untilTrue(async () => (await rig.type(channel, 'follow mira_okafor').catch(() => '')) !== '')
  await rig.x.connected()
  await rig.x.rulesAre(rules => rules.length > 0)
}

async function posted(rig: ServiceRig, text: string) {
  const post = rig.world.post({ author: 'mira_okafor', text })
  await rig.x.emit(post)
  const find = () => rig.slack.messages(channel).find(message => postsShown(message).includes(post.id))
  await untilTrue(() => find() !== undefined)
  return find()
}

for (const inbound of ['http', 'socket'] as const) {
  describe(`looks, ${inbound}`, () => {
    test("in our own name first, in the author's when the channel wants it", { timeout: 60_000 }, async () => {
      await using rig = await startServiceRig({
        channels: [channel],
        inbound,
        speed: 20,
        slack: { tokens: customizing },
      })
      await reading(rig)
      const ours = await posted(rig, 'Reading 1')
      assert.equal(ours?.username, undefined)
      assert.match(JSON.stringify(ours?.blocks), /Mira Okafor/)
      assert.match(await rig.type(channel, 'options name author'), /What is lost: Slack does not let an app delete/)
      const theirs = await posted(rig, 'Reading 2')
      assert.equal(theirs?.username, 'Mira Okafor')
      assert.match(theirs?.iconUrl ?? '', /^http/)
      await rig.type(channel, 'undo')
      assert.equal((await posted(rig, 'Reading 3'))?.username, undefined)
    })

    test('where the app may not, posts come in our own name, and nothing else is held up', {
      timeout: 60_000,
    }, async () => {
      await using rig = await startServiceRig({ channels: [channel], inbound, speed: 20 })
      await reading(rig)
      await rig.type(channel, 'options name author')
      for (const text of ['Reading 1', 'Reading 2']) {
        const message = await posted(rig, text)
        assert.equal(message?.username, undefined)
        assert.match(JSON.stringify(message?.blocks), /Mira Okafor/)
      }
      assert.ok(rig.log.some(line => line.includes('chat:write.customize')))
      assert.equal((await rig.ready()).status, 200)
    })
  })
}
