/** The words of docs/messages.md: which golden messages (test/corpus/messages) it shows, in which order, and what there is to say about each. Pure. */

export interface Exhibit {
  /** Of the golden message and of its picture. */
  readonly name: string
  readonly heading: string
  /** Plain Markdown, a sentence or two. */
  readonly says: string
  /** Longer than a page: only its beginning and its end are drawn. */
  readonly folded?: boolean
}

/** Where the pictures are, seen from docs/. */
export const picturesFolder = 'images/messages'
/** CSS pixels. */
export const pictureWidth = 560

export const exhibits: readonly Exhibit[] = [
  {
    name: 'original',
    heading: 'A post',
    says: 'Who, what, when. Name, handle and date lead to X. The date is by the clock of who reads it.',
  },
  { name: 'short', heading: 'A short post', says: 'Takes no more room than it needs.' },
  {
    name: 'link-and-mention',
    heading: 'Links, mentions, tags',
    says: 'As they look on X; each leads where it leads there. Links do not unfold below the message.',
  },
  {
    name: 'long',
    heading: 'A long post',
    says: 'Whole, not only the beginning that X gives first.',
  },
  {
    name: 'longest',
    heading: 'The longest post',
    says: 'X lets people write 25,000 characters; Slack takes 12,000 in a message. The text is cut at a word, and a line leads to the rest.',
    folded: true,
  },
  {
    name: 'right-to-left',
    heading: 'Written from right to left',
    says: 'Text and name run their own way; the words around them stay where they are.',
  },
  { name: 'emoji-only', heading: 'Emoji alone', says: 'Families and skin tones stay one character each.' },
  {
    name: 'pictures-only',
    heading: 'Four pictures, no text',
    says: 'Each with its description for those who cannot see it. X’s own link to the pictures is left out.',
  },
  {
    name: 'video-and-gif',
    heading: 'A video and a GIF',
    says: 'The preview, and a line that leads to where it plays.',
  },
  {
    name: 'poll',
    heading: 'A poll',
    says: 'The options, the votes as they were when the post came, and until when one may vote.',
  },
  { name: 'sensitive', heading: 'Sensitive', says: 'The warning comes before text and pictures.' },
  {
    name: 'quote-with-images',
    heading: 'A quote',
    says: 'Own words and pictures first, then the quoted post, whole, with its author, its date and its pictures.',
  },
  {
    name: 'quote-missing',
    heading: 'A quote of something that is gone',
    says: 'The message says that there was something, and why it cannot be shown.',
  },
  {
    name: 'repost',
    heading: 'A repost',
    says: 'The reposted post whole. X’s own copy of it ends after 140 characters and is not shown.',
  },
  {
    name: 'repost-missing',
    heading: 'A repost of something that is gone',
    says: 'What X’s copy still holds, and why there is no more.',
  },
  {
    name: 'also',
    heading: 'Shared by several',
    says: 'What several followed people share is one message. It learns who else did as they do, without a new notification.',
  },
  { name: 'reply', heading: 'A reply', says: 'Says whom it answers. Replies come only where they are switched on.' },
  {
    name: 'thread',
    heading: 'A thread',
    says: 'Whoever goes on writing below their own post: in Slack it goes on in the thread of the first message.',
  },
  { name: 'edited', heading: 'Edited', says: 'The message changes with the post, and says that it did.' },
  {
    name: 'struck',
    heading: 'Deleted',
    says: 'A deleted post disappears from the channel. With `/birdwire options deletions strike` it stays like this: struck through, without pictures, leading nowhere.',
  },
  {
    name: 'in-their-name',
    heading: 'Under the author’s name',
    says: 'With `/birdwire options name author` the message carries the author’s name and picture itself. See below for what is lost.',
  },
  {
    name: 'hostile',
    heading: 'A post that means harm',
    says: 'Slack’s markup, mentions of everybody, reversed text and addresses of machines inside are shown as the characters they are. It pings nobody and leads nowhere.',
  },
  {
    name: 'catch-up-of-6',
    heading: 'After a gap',
    says: 'What came while X could not be read, in one message, in order, with the reason.',
  },
  {
    name: 'catch-up-of-40',
    heading: 'After a long gap',
    says: 'Up to 40 posts fit; each keeps its link, and short texts stay whole.',
    folded: true,
  },
  {
    name: 'burst',
    heading: 'Many at once',
    says: 'When a channel falls behind, posts come together instead of one by one.',
  },
  {
    name: 'digest',
    heading: 'A digest',
    says: 'At the times that the channel chose: what most people shared first, the later posts in a line each.',
    folded: true,
  },
  {
    name: 'notice',
    heading: 'Somebody changed something',
    says: 'Every change leaves a line in the channel that says who did it, with *Undo*.',
  },
]

const opening = `# How messages look

Every picture below is drawn from a *golden message*: a line as X sends it, the post that Birdwire reads from it, and the message that it
makes of it, all kept in [test/corpus/messages](../test/corpus/messages/README.md) and compared in every test run. People, handles and pictures are
invented. Slack draws messages a little differently on each device; these are drawn by the demo's page.

This page is made: \`npm run gallery\` draws the pictures and writes it.`

const closing = `## The same for all of them

- **The menu (⋯)** of a post's message: *Why is this here?* answers only you. *Mute this author here* and *Fewer like this* change the channel, if
  you may, and leave a line with *Undo*. *Open on X* opens the post. A message of several posts has a *Why?* button instead: a menu could
  not say which of them it means.
- **Links** lead to X's own short addresses, as on X. Slack unfolds none of them: the message already shows what there is.
- **Nobody is pinged.** No text from outside is ever read as Slack's markup, whatever is in it; 10,000 hostile texts are tried in each test run.
- **Screen readers and notifications** get the whole post as text, with the descriptions of its pictures.
- **Name and picture are in the message**, not in the bot's identity. So all messages come from one app, which can change a message when its post
  is edited and delete it when its post is deleted.
- **\`/birdwire options name author\`** posts under the author's name and picture instead. What is lost: Slack lets an app neither delete such
  a message nor, perhaps, change it, so posts that their authors deleted or edited stay as they were; whoever looks for Birdwire's messages does
  not find them under its name; and the app needs the permission \`chat:write.customize\`.`

/** docs/messages.md. */
export function galleryText(): string {
  const shown = exhibits.map(
    ({ name, heading, says }) =>
      `## ${heading}\n\n<img src="${picturesFolder}/${name}.png" width="${pictureWidth}" alt="${heading}, as a message in Slack">\n\n${says}`,
  )
  return `${[opening, ...shown, closing].join('\n\n')}\n`
}
