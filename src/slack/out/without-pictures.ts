/**
 * A message without the pictures that Slack could not fetch, named as Slack names them: by their places in the blocks. The others stay.
 * A picture becomes a link to itself with its description, an avatar goes. Pure; a place that holds no picture changes nothing.
 */
import type { Block, ImageBlock, Message } from './blocks.ts'
import { section } from './compose-parts.ts'
import { linkOf, textOf } from './rich-text.ts'
import { shorten } from './text.ts'

/** Characters of a description beside a link. */
const altCharsMax = 80
const place = /^\/blocks\/(\d+)(?:\/elements\/(\d+))?\/image_url$/

/** `places`: JSON pointers such as "/blocks/2/image_url". */
export function withoutPictures(message: Message, places: readonly string[]): Message {
  const named = new Set(places.filter(pointer => place.test(pointer)))
  return { ...message, blocks: message.blocks.map((block, i) => withoutThose(block, `/blocks/${i}`, named)) }
}

function withoutThose(block: Block, at: string, named: ReadonlySet<string>): Block {
  switch (block.type) {
    case 'image':
      return named.has(`${at}/image_url`) ? linked(block) : block
    case 'context':
      return {
        ...block,
        elements: block.elements.filter(
          (part, i) => part.type !== 'image' || !named.has(`${at}/elements/${i}/image_url`),
        ),
      }
    default:
      return block
  }
}

function linked({ image_url: url, alt_text: alt }: ImageBlock): Block {
  return section([textOf('🖼 '), linkOf(url, 'Picture'), textOf(`: ${shorten(alt, altCharsMax)}`)])
}
