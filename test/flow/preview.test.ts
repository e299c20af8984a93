/**
 * Goal: somebody tries a change, sees what it would have done to the posts that came, saves it with one press, and somebody takes it back; all
 * of it is in the log. Method: the real service between the simulators, in both ways in which Slack reaches it. Nothing is changed before Save,
 * nothing twice by pressing twice, and what comes afterwards is by the rules of that moment.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { SimEphemeral, SimMessage } from '../../sim/slack/server.ts'
import { postsShown } from '../rig/posts-shown.ts'
import { person, type ServiceRig, startServiceRig, untilTrue } from '../rig/service.ts'

const lab = 'C0LAB'
const other = 'U0TOMAS'
const users = [
  { id: person, name: 'nell', realName: 'Nell Aspinall', displayName: 'Nell' },
  { id: other, name: 'tomas', realName: 'Tomás Lind', displayName: 'Tomás' },
]

async function write(rig: ServiceRig, text: string): Promise<string> {
  const post = rig.world.post({ author: 'mira_okafor', text })
  await rig.x.emit(post)
  return post.id
}

const shown = (rig: ServiceRig) => rig.slack.messages(lab).flatMap(postsShown)
const arrived = (rig: ServiceRig, id: string) => untilTrue(() => shown(rig).includes(id))
const lines = (rig: ServiceRig) => rig.slack.messages(lab).map(({ text }) => text)

/** What typing puts before the person, with its buttons. */
async function typed(rig: ServiceRig, text: string): Promise<SimMessage | SimEphemeral> {
  const { ack, shown, refused } = await rig.slack.command({ user: person, channel: lab, command: '/birdwire', text })
  assert.ok(ack.ok && shown !== undefined, refused ?? `/birdwire ${text}: ${ack.status}`)
  return shown
}

/** What a press on a button puts before the person; undefined when it only takes the message away. */
async function pressed(rig: ServiceRig, on: SimMessage | SimEphemeral, button?: number, user = person) {
  const actionId = button === undefined ? 'birdwire:do' : `birdwire:do:${button}`
  const { ack, later } = await rig.slack.action({ user, on, actionId })
  assert.ok(ack.ok)
  const [use] = await later(1)
  assert.equal(use?.status, 200, use?.answer)
  return use.shown
}

suite('preview, save, undo, log', { concurrency: 2 }, () => {
  for (const inbound of ['http', 'socket'] as const) {
    test(`a change is tried, saved, taken back, and told (${inbound})`, { timeout: 60_000 }, async () => {
      await using rig = await startServiceRig({ channels: [lab], inbound, speed: 5, slack: { users } })
      if (inbound === 'socket') await rig.slack.sockets.connected(1)
      await rig.type(lab, 'follow mira_okafor')
      await rig.reading()
      const prize = await write(rig, 'A #giveaway, my third')
      await arrived(rig, prize)
      const light = await write(rig, 'Squeezed light <!channel> & *more*')
      await arrived(rig, light)

      const preview = await typed(rig, 'preview keyword add -#giveaway')
      assert.match(preview.text, /Over the last 14 days this would have added 0 and removed 1; 1 would stay\./)
      assert.ok(preview.text.includes(`<https://x.com/mira_okafor/status/${prize}|`), preview.text)
      assert.doesNotMatch(await rig.type(lab, 'list'), /giveaway/)

      // Cancel takes the message away and changes nothing; a second preview is saved.
      assert.equal(await pressed(rig, preview, 1), undefined)
      const again = await typed(rig, 'preview keyword add -#giveaway')
      const saved = await pressed(rig, again, 0)
      assert.match(saved?.text ?? '', /^Added the block `-#giveaway`\./)
      const twice = await pressed(rig, again, 0)
      assert.match(twice?.text ?? '', /^Nothing was changed: it is like that already\./)
      await untilTrue(() => lines(rig).some(text => text.includes('*nell* added the block')))
      const kept = await write(rig, 'Another #giveaway')
      await arrived(rig, await write(rig, 'No prize at all'))
      assert.ok(!shown(rig).includes(kept))

      // A preview that something overtook is not saved.
      const late = await typed(rig, 'preview options reposts off')
      await rig.type(lab, 'pause')
      const overtaken = await pressed(rig, late, 0)
      assert.match(
        overtaken?.text ?? '',
        /^Something else changed here since that preview, so nothing was saved\. \*nell\* paused/,
      )
      assert.doesNotMatch(await rig.type(lab, 'list'), /reposts \*off\*/)
      await rig.type(lab, 'resume')

      // Somebody else takes it back, by the button of its line in the channel.
      const log = await rig.type(lab, 'log')
      const id = /added the block -#giveaway, .* · `undo (\S+)`/.exec(log)?.[1]
      assert.ok(id, log)
      const line = rig.slack.messages(lab).find(({ text }) => text.includes('*nell* added the block'))
      assert.ok(line)
      const undone = await pressed(rig, line, undefined, other)
      assert.match(undone?.text ?? '', /^Taken back: added the block -#giveaway\./)
      assert.match(await rig.type(lab, `undo ${id}`), /^\*tomas\* took that back .*, so nothing was changed\.$/)
      await untilTrue(() =>
        lines(rig).some(text => text.includes("*tomas* took back *nell*'s change: added the block")),
      )
      await arrived(rig, await write(rig, 'The last #giveaway'))

      const fewer = await typed(rig, `fewer ${prize}`)
      assert.match(fewer.text, /`\/birdwire keyword add -#giveaway`: would have taken away 3 of the 5 posts/)
      const proposed = await pressed(rig, fewer, 0)
      assert.match(proposed?.text ?? '', /^\*Preview\* of `\/birdwire keyword add -/)

      const whole = (await rig.type(lab, 'log')).split('\n')
      assert.match(whole[1] ?? '', /^• \*tomas\* took back: added the block -#giveaway, .* · `undo \w+`$/)
      assert.match(whole[4] ?? '', /^• \*nell\* added the block -#giveaway, .* · taken back by \*tomas\* /)
      assert.equal(whole.length, 6)
      assert.doesNotMatch(rig.log.join(''), /"level":"error"|"level":50/)
    })
  }
})
