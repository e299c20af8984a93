/** Fewer like this: only rules that a person could type, each with what it would have cost, the cheapest first; nothing is done by asking. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { controlsRig, people, postBy, type Rig } from '../../test/rig/controls.ts'
import type { Account } from '../domain/account.ts'
import type { Post } from '../domain/post.ts'
import { rulesAgainst } from './fewer-rules.ts'

const ann = { id: 'U1', name: 'ann' }
const here = 'C1'
const [mira, tomas, ibm] = people
assert.ok(mira && tomas && ibm)

const tag = (word: string) => ({ kind: 'hashtag', text: `#${word}`, tag: word, url: 'https://x.com/h' }) as const
const by = (author: Account, n: number, text: string, ...more: Post['text']): Post => {
  const post = postBy(author, `${1_790_000_000_000_000_000n + BigInt(n)}`, text)
  return { ...post, text: [...post.text, ...more] }
}

async function seen(rig: Rig, posts: readonly Post[]): Promise<void> {
  const now = rig.clock.now()
  const arrivals = posts.map((post, n) => ({
    source: 'x' as const,
    arrival: { kind: 'post', cursor: `${n}`, post: { ...post, createdAt: now }, via: 'stream', at: now } as const,
    deliver: [],
    rejected: [],
  }))
  await rig.store.commit(arrivals, now)
}

test('proposes rules with what each would have taken away, least first, and each is a preview', async () => {
  await using rig = await controlsRig()
  await rig.controls.run(ann, here, 'follow mira_okafor tomas_lind')
  await seen(rig, [
    by(mira, 1, 'Win it ', tag('giveaway')),
    by(mira, 2, 'Squeezed light'),
    by(mira, 3, 'Cold atoms'),
    by(tomas, 4, 'Again ', tag('Giveaway')),
    by(tomas, 5, 'Dark matter'),
  ])
  const before = await rig.route(here)
  const asked = rig.source.asked.length
  const answer = await rig.controls.run(ann, here, 'fewer https://x.com/mira_okafor/status/1790000000000000001')
  assert.match(answer.text, /^Fewer posts like this one: Mira Okafor \(@mira_okafor\), <https.*>: Win it #giveaway\n/)
  assert.match(
    answer.text,
    /• `\/birdwire keyword add -#giveaway`: would have taken away 2 of the 5 posts that came in the last 14 days\.\n• `\/birdwire mute mira_okafor`: would have taken away 3 of the 5/,
  )
  assert.match(answer.text, /`\/birdwire keyword add WORD`/)
  assert.deepEqual(answer.offers, [
    { label: 'Block #giveaway', does: 'preview keyword add -#giveaway' },
    { label: 'Mute @mira_okafor', does: 'preview mute mira_okafor' },
  ])
  assert.deepEqual(await rig.route(here), before)
  const [block] = answer.offers ?? []
  assert.match((await rig.controls.run(ann, here, block?.does ?? '')).text, /added 0 and removed 2; 3 would stay/)
  const mute = await rig.controls.run(ann, here, 'preview mute mira_okafor')
  assert.match(mute.text, /removed 3/)
  assert.equal(rig.source.asked.length, asked, 'nobody is looked up who is followed')
})

test('a topic, a kind and a site are rules too, and none that would not help', async () => {
  await using rig = await controlsRig()
  await rig.controls.run(ann, here, 'topic add quantum')
  const link = {
    kind: 'link',
    text: 'shop.example',
    url: 'https://t.co/1',
    expandedUrl: 'https://www.shop.example/a',
  } as const
  const quote: Post = { ...by(ibm, 1, 'quantum ', link), relation: 'quote' }
  await seen(rig, [quote, by(ibm, 2, 'quantum leap'), by(tomas, 3, 'quantum dots')])
  const { offers = [], text } = await rig.controls.run(ann, here, `fewer ${quote.id}`)
  assert.deepEqual(
    offers.map(({ does }) => does),
    [
      'preview options quotes off',
      'preview keyword add -url:"shop.example"',
      'preview mute IBM',
      'preview topic remove quantum',
    ],
    text,
  )
  assert.doesNotMatch(text, /keyword add WORD/)
  for (const { does } of offers) {
    const preview = await rig.controls.run(ann, here, does)
    const save = preview.offers?.find(({ label }) => label === 'Save')
    assert.ok(save, preview.text)
  }
})

test('a word that only this post has is no rule; the author always is one', async () => {
  await using rig = await controlsRig()
  await rig.controls.run(ann, here, 'follow mira_okafor tomas_lind')
  const tags = ['one', 'two', 'three', 'four', 'five'].map(tag)
  const post = by(mira, 1, 'Raffle unique ', ...tags)
  await seen(rig, [post, by(mira, 2, 'Another raffle'), by(tomas, 3, 'raffle again'), by(mira, 4, 'more')])
  const { offers = [], text } = await rig.controls.run(ann, here, `fewer ${post.id}`)
  assert.equal(offers.length, 4, text)
  assert.equal(offers.at(-1)?.does, 'preview mute mira_okafor')
  assert.doesNotMatch(text, /unique`/)
  const plain = by(mira, 5, 'Raffle unmatched')
  await seen(rig, [plain])
  const words = await rig.controls.run(ann, here, `fewer ${plain.id}`)
  assert.deepEqual(
    words.offers?.map(({ does }) => does),
    ['preview mute mira_okafor', 'preview keyword add -Raffle'],
  )
})

test('a post that is not wanted here, not known or gone is answered in words', async () => {
  await using rig = await controlsRig()
  await rig.controls.run(ann, here, 'follow mira_okafor')
  await rig.controls.run(ann, here, 'mute mira_okafor')
  const post = by(mira, 1, 'light')
  await seen(rig, [post])
  assert.match(
    (await rig.controls.run(ann, here, `fewer ${post.id}`)).text,
    /do not come here any more: its author was muted here\.$/,
  )
  assert.match((await rig.controls.run(ann, here, 'fewer 12')).text, /^Birdwire has not seen that post/)
  assert.match((await rig.controls.run(ann, here, 'fewer pizza')).text, /^Fewer like which post\?/)
  await rig.store.takeDown('x', post.id, rig.clock.now())
  assert.match((await rig.controls.run(ann, here, `fewer ${post.id}`)).text, /^That post is gone/)
})

test('no rule is made of what cannot be typed or does not fit on a button', () => {
  const odd: Post = {
    ...by(mira, 1, `${'x'.repeat(200)} abcdefgh" OR -(`, { ...tag('a b'), text: '#a b' }, tag('é'.repeat(90))),
    author: { ...mira, handle: '', url: '' },
  }
  const rules = rulesAgainst(odd, { kind: 'follow', accountId: mira.id })
  assert.deepEqual(rules, [{ does: 'keyword add -abcdefgh', label: 'Block abcdefgh', likely: 'guess' }])
})
