import assert from 'node:assert/strict'
import test from 'node:test'
import type { Message } from './blocks.ts'
import { withoutPictures } from './without-pictures.ts'

const picture = (n: number) =>
  ({ type: 'image', image_url: `https://pictures.example/${n}.jpg`, alt_text: `Gasket ${n}` }) as const
const message: Message = {
  text: 'Mira Okafor: two gaskets',
  blocks: [
    {
      type: 'context',
      elements: [
        { type: 'image', image_url: 'https://pictures.example/avatar.jpg', alt_text: 'Mira Okafor' },
        { type: 'mrkdwn', text: '*Mira Okafor*', verbatim: true },
      ],
    },
    picture(1),
    picture(2),
  ],
  unfurl_links: false,
  unfurl_media: false,
  parse: 'none',
  mrkdwn: false,
}

test('only the picture that is named becomes a link with its description', () => {
  const { blocks } = withoutPictures(message, ['/blocks/1/image_url'])
  assert.deepEqual([blocks[0], blocks[2]], [message.blocks[0], message.blocks[2]])
  assert.equal(blocks[1]?.type, 'rich_text')
  assert.match(JSON.stringify(blocks[1]), /pictures\.example\/1\.jpg.*Gasket 1/)
})

test('an avatar goes and the name stays', () => {
  const { blocks } = withoutPictures(message, ['/blocks/0/elements/0/image_url'])
  assert.deepEqual(blocks.slice(1), message.blocks.slice(1))
  assert.deepEqual(blocks[0], {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: '*Mira Okafor*', verbatim: true }],
  })
})

test('a place where no picture is changes nothing', () => {
  for (const at of ['/blocks/7/image_url', '/blocks/0/elements/1/image_url', '/blocks/1/accessory/image_url', ''])
    assert.deepEqual(withoutPictures(message, [at]), message)
})
