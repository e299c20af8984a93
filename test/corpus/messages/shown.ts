/** What a reader sees of a message, worked out apart from the code that makes it; for tests. */
import type { SentAs } from '../../../sim/slack/types.ts'
import type { Block, Message } from '../../../src/slack/out/blocks.ts'

/** Every text in the blocks in reading order, entities decoded where Slack decodes them, markup of mrkdwn links taken off. */
export function shownText(blocks: readonly Block[]): string {
  return blocks.map(shownBlock).join('\n')
}

function shownBlock(block: Block): string {
  switch (block.type) {
    case 'image':
      return ''
    case 'section':
      return decode(links(block.text.text))
    case 'context':
      return block.elements
        .map(element => {
          if (element.type === 'image') return ''
          return decode(element.type === 'mrkdwn' ? links(element.text) : element.text)
        })
        .join(' ')
    case 'rich_text':
      return block.elements
        .flatMap(part =>
          part.type === 'rich_text_list' ? part.elements.flatMap(item => item.elements) : part.elements,
        )
        .map(element => (element.type === 'date' ? element.fallback : element.text))
        .join('')
  }
}

function links(mrkdwn: string): string {
  return mrkdwn.replace(/<[^|>]*\|([^>]*)>/g, '$1').replace(/<([^>]*)>/g, '$1')
}

export function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

/** How Slack is asked to treat the message. */
export function sentAs(message: Message): SentAs {
  return {
    parse: message.parse,
    linkNames: false,
    mrkdwn: message.mrkdwn,
    unfurlLinks: message.unfurl_links,
    unfurlMedia: message.unfurl_media,
  }
}
