/**
 * Goal: whoever asks why gets the true answer for a post that came, one that a word kept out, one that X kept out, one of before the follow and
 * one in a gap that could not be closed. Method: the real service between the simulators, over HTTP and Socket Mode, on a clock that leaps.
 */
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { postsShown } from '../rig/posts-shown.ts'
import { startServiceRig, untilTrue } from '../rig/service.ts'

const channel = 'C0DARK'
const day = 24 * 3_600_000

suite('why', { concurrency: 2 }, () => {
  for (const inbound of ['http', 'socket'] as const)
    test(`every stage has its verdict, over ${inbound}`, { timeout: 60_000 }, async () => {
      await using rig = await startServiceRig({ channels: [channel], speed: 20, inbound })
      const why = (id: string) => rig.type(channel, `why https://x.com/mira_okafor/status/${id}`)
      const write = (text: string, at?: number) =>
        rig.world.post({ author: 'mira_okafor', text, ...(at === undefined ? {} : { at }) })
      const emit = async (text: string) => {
        const post = write(text)
        await rig.x.emit(post)
        return post.id
      }
      const shown = (id: string) => rig.slack.messages(channel).some(message => postsShown(message).includes(id))

      await untilTrue(async () => (await rig.ready()).status === 200)
      const early = write('An axion of before', rig.world.now() - 3_600_000).id
      for (const text of ['follow mira_okafor', 'keyword add axion', 'keyword add -(giveaway prize)'])
        await rig.type(channel, text)
      await rig.reading()

      const came = await emit('Is it an *axion* <!channel>, at last?')
      await untilTrue(() => shown(came))
      const answer = await why(came)
      assert.match(answer, /^\*Seen\* .+: a post by .+ \(@mira_okafor\)\. It came on the stream, /)
      assert.match(
        answer,
        /\n\*Wanted\*: its author is followed here and the keyword `axion` matched: “Is it an ∗.?\*axion\*.?∗ &lt;!channel&gt;, at last\?”\.\n/u,
      )
      assert.match(answer, /\n\*Posted\* .+ \(<https:\/\/[^|>\s]+\/archives\/C0DARK\/p\d+\|message>\); Slack took it /)

      // X cannot be asked for a block of two words: it comes, and is chosen here.
      const blocked = await emit('An axion giveaway with a prize')
      await untilTrue(async () => !(await why(blocked)).startsWith('*Not seen*'))
      const refused = await why(blocked)
      assert.match(refused, /\n\*Not posted\*: `giveaway prize` is blocked here: .+\*giveaway\*.+\*prize\*/)
      assert.match(refused, /`\/birdwire keyword remove -\(giveaway prize\)`\.$/)

      const before = await why(early)
      assert.match(before, /\n\*Before the follow\*: @mira_okafor has been followed here since /)

      // Rules take effect some seconds after they are made, and old ones go after that.
      await rig.x.rulesAre(rules => rules.length > 0 && rules.every(({ value }) => value.includes('axion')))
      await rig.reading()
      const filtered = await emit('Interferometers for breakfast')
      await untilTrue(async () => !/\*Under way\*/.test(await why(filtered)))
      const unsent = await why(filtered)
      assert.match(unsent, /^\*Not seen\*: .+ By its id it was written /)
      assert.match(
        unsent,
        /\n\*Filtered at X\*: @mira_okafor is followed here, .+ X now sends what matches `\(?from:\d+.*axion.*`\.\n/,
      )
      assert.match(unsent, /`\/birdwire why \d+ at X`/)
      const bill = rig.x.bill.total()
      const read = await rig.type(channel, `why ${filtered} at X`)
      assert.match(
        read,
        /^\*At X\*: a post by .+\n\*Not wanted\*: its author is followed here, but no keyword matches \(`axion`\)\./,
      )
      assert.match(read, /`\/birdwire keyword add Interferometers`\.$/)
      assert.equal(rig.x.bill.total().posts, bill.posts + 1, 'one post was paid for')
      const paid = new RegExp(`for ${bill.posts + 1} posts`)
      await untilTrue(async () => paid.test(await rig.type(channel, 'status')))
      assert.equal(shown(filtered), false)

      await rig.reading()
      await rig.stop()
      rig.leap(9 * day)
      const lost = write('An axion long ago', rig.world.now() - 8 * day).id
      await rig.start()
      await rig.reading()
      await untilTrue(async () => /\*In a gap\*: .+ This post may be among what is lost\.$/.test(await why(lost)))
    })
})
