/**
 * What a message says, read from arguments and judged: text, blocks, metadata and how they are to be shown. The same for chat.postMessage,
 * chat.update, chat.postEphemeral, acks and response_urls.
 */
import { boolean, string, structure } from './args.ts'
import { judgeBlocks } from './blocks/message.ts'
import { type Fields, sentence } from './blocks/schema.ts'
import type { Core } from './core.ts'
import { judgeMetadata } from './metadata.ts'
import { fail, type Metadata, type Reply, type SentAs } from './types.ts'

/** Content that Slack takes. `undefined` means that the argument was not given. */
export interface Content {
  readonly text: string | undefined
  readonly blocks: readonly Fields[] | undefined
  readonly metadata: Metadata | undefined
  readonly removeMetadata: boolean
  readonly sentAs: SentAs
  readonly warnings: readonly string[]
}

export type ContentVerdict =
  | { readonly ok: true; readonly content: Content }
  | { readonly ok: false; readonly reply: Reply }

/** Longer text is cut, without an error. docs.slack.dev/reference/methods/chat.postMessage */
const textCharsMax = 40_000
/** `chat.update` refuses more; measured in bytes of UTF-8. docs.slack.dev/reference/methods/chat.update */
export const updateTextBytesMax = 4000
const markdownTextCharsMax = 12_000

/** Slack's answer to blocks that it does not take. */
function refusedBlocks(error: string, sentences: readonly string[]): Reply {
  if (sentences.length === 0) return fail(error)
  return fail(error, {
    errors: sentences,
    response_metadata: { messages: sentences.map(each => `[ERROR] ${each}`) },
  })
}

/** Reads the content of a message. `failImages` makes the download of every picture fail. Nothing is required here. */
export async function readContent(core: Core, args: Fields, failImages: boolean): Promise<ContentVerdict> {
  const refuse = (reply: Reply): ContentVerdict => ({ ok: false, reply })
  const markdown = string(args, 'markdown_text')
  const given = structure(args, 'blocks')
  if (markdown !== undefined) {
    if (given !== undefined || string(args, 'text') !== undefined) return refuse(fail('markdown_text_conflict'))
    if (markdown.length > markdownTextCharsMax) return refuse(fail('msg_too_long'))
  }
  const verdict = given === undefined ? undefined : judgeBlocks(given)
  if (verdict !== undefined && !verdict.ok) return refuse(refusedBlocks(verdict.error, verdict.problems.map(sentence)))
  const metadata = judgeMetadata(structure(args, 'metadata'), core.quirks.metadataBytesMax)
  if (!metadata.ok) return refuse(fail(metadata.error))
  if (verdict !== undefined) {
    const lost = await core.images.check(verdict.blocks, failImages)
    if (lost.length > 0) return refuse(refusedBlocks('invalid_blocks', lost.map(sentence)))
  }
  const text = markdown ?? (typeof args['text'] === 'string' ? args['text'] : undefined)
  return {
    ok: true,
    content: {
      text: text?.slice(0, textCharsMax),
      blocks: verdict?.blocks,
      metadata: metadata.metadata,
      removeMetadata: metadata.remove,
      sentAs: readSentAs(args),
      warnings: text !== undefined && text.length > textCharsMax ? ['message_truncated'] : [],
    },
  }
}

function readSentAs(args: Fields): SentAs {
  return {
    parse: string(args, 'parse'),
    linkNames: boolean(args, 'link_names') ?? false,
    mrkdwn: boolean(args, 'mrkdwn') ?? true,
    unfurlLinks: boolean(args, 'unfurl_links'),
    unfurlMedia: boolean(args, 'unfurl_media'),
  }
}

/** Whether there is anything to show. Blocks that are an empty list show nothing. */
export function isEmpty(content: Content): boolean {
  return (content.text ?? '') === '' && (content.blocks ?? []).length === 0
}
