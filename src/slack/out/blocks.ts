/**
 * The few kinds of Block Kit blocks that Birdwire sends, and the message around them. Shapes only
 * (docs.slack.dev/reference/block-kit/blocks); whoever draws a message needs to know no others.
 */

export interface Style {
  readonly bold?: boolean
  readonly italic?: boolean
  readonly strike?: boolean
}

export interface TextElement {
  readonly type: 'text'
  /** Literal: nothing in it is parsed. */
  readonly text: string
  readonly style?: Style
}

export interface LinkElement {
  readonly type: 'link'
  readonly url: string
  readonly text: string
  readonly style?: Style
}

export type Inline = TextElement | LinkElement

/** The element of a date, written by each reader's own clock. `timestamp` in seconds. */
export interface DateElement {
  readonly type: 'date'
  readonly timestamp: number
  readonly format: string
  /** Where a click on it leads. */
  readonly url?: string
  readonly fallback: string
}

export interface RichSection {
  readonly type: 'rich_text_section'
  readonly elements: readonly (Inline | DateElement)[]
}

export interface RichQuote {
  readonly type: 'rich_text_quote'
  readonly elements: readonly (Inline | DateElement)[]
}

export interface RichList {
  readonly type: 'rich_text_list'
  readonly style: 'bullet'
  readonly elements: readonly RichSection[]
}

export interface RichTextBlock {
  readonly type: 'rich_text'
  readonly elements: readonly (RichSection | RichQuote | RichList)[]
}

export interface Mrkdwn {
  readonly type: 'mrkdwn'
  readonly text: string
  /** Always: Slack then turns no bare address, #channel or @here into a link or a ping. */
  readonly verbatim: true
}

export interface PlainText {
  readonly type: 'plain_text'
  /** Entity-escaped: Slack decodes it, and parses nothing else. */
  readonly text: string
  readonly emoji: false
}

export interface Avatar {
  readonly type: 'image'
  readonly image_url: string
  readonly alt_text: string
}

export interface ContextBlock {
  readonly type: 'context'
  readonly elements: readonly (Avatar | Mrkdwn | PlainText)[]
}

export interface ImageBlock {
  readonly type: 'image'
  readonly image_url: string
  readonly alt_text: string
  readonly title?: PlainText
}

/** docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element: two to five options. */
export interface Overflow {
  readonly type: 'overflow'
  readonly action_id: string
  readonly options: readonly { readonly text: PlainText; readonly value: string; readonly url?: string }[]
}

export interface Button {
  readonly type: 'button'
  readonly action_id: string
  readonly text: PlainText
  readonly value: string
}

export interface SectionBlock {
  readonly type: 'section'
  readonly text: Mrkdwn
  /** At its right. */
  readonly accessory?: Overflow | Button
}

export type Block = RichTextBlock | ContextBlock | ImageBlock | SectionBlock

/** The arguments of `chat.postMessage`, but for the channel. docs.slack.dev/reference/methods/chat.postMessage */
export interface Message {
  /** What notifications and screen readers say. */
  readonly text: string
  /** Empty in a message's plainest form: then `text` is shown, unparsed. */
  readonly blocks: readonly Block[]
  readonly metadata?: {
    readonly event_type: 'birdwire_delivery'
    readonly event_payload: { readonly delivery_id: string }
  }
  readonly unfurl_links: false
  readonly unfurl_media: false
  /** `none`: bare addresses and names in `text` stay plain. */
  readonly parse: 'none'
  /** False where `text` holds foreign words: no markup in it is read. */
  readonly mrkdwn: boolean
  /** In whose name and with whose picture it is posted; absent: the app's own. Needs the scope chat:write.customize. */
  readonly username?: string
  readonly icon_url?: string
}
