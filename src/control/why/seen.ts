/** A post that Birdwire has: how it came, what each channel made of it, and what Slack said. */
import type { Post } from '../../domain/post.ts'
import type { Verdict } from '../../domain/reasons.ts'
import { emptyRoute, type Route } from '../../domain/route.ts'
import type { GapRow, LaneState, StoredPost } from '../../store/store.ts'
import type { ControlDeps, Offer } from '../control.ts'
import { deadOf } from '../dead.ts'
import { gapsAsked } from '../gaps.ts'
import { momentInWords } from '../pace-words.ts'
import { ago, code, counted, duration, name, person } from '../words.ts'
import { howToHave, inDetail, reason, type Told } from './verdict.ts'

type Delivery = StoredPost['deliveries'][number]

/** Everything that one channel's answer is made from; read once for all channels. */
interface Known {
  readonly deps: ControlDeps
  readonly found: StoredPost
  readonly lanes: readonly LaneState[]
  readonly now: number
}

/** How it came, then each channel's verdict. `channel` undefined: of all channels, each with its name. */
export async function tellSeen(
  deps: ControlDeps,
  channel: string | undefined,
  found: StoredPost,
  routes: readonly Route[],
): Promise<Told> {
  const known: Known = { deps, found, lanes: await deps.store.lanes(), now: deps.clock.now() }
  const lines = [seenLine(known, await gapOf(deps, channel, found))]
  const offers: Offer[] = []
  const add = (of: string, told: Told) => {
    lines.push(...told.lines.map(line => (channel === undefined ? `${code(of)}: ${line}` : line)))
    offers.push(...(channel === undefined ? [] : told.offers))
  }
  const here = (of: string) => channel === undefined || of === channel
  const routeAt = (of: string) => routes.find(route => route.channel === of)
  for (const delivery of found.deliveries)
    if (here(delivery.channel)) add(delivery.channel, await delivered(known, delivery, routeAt(delivery.channel)))
  for (const { channel: of, because } of found.rejected) if (here(of)) add(of, rejected(known, because, routeAt(of)))
  if (lines.length === 1) {
    if (channel === undefined) lines.push('*Not wanted*: no channel asks for it.')
    else add(channel, notAsked(known, routeAt(channel) ?? emptyRoute(deps.source.name, channel)))
  }
  const elsewhere = found.deliveries.filter(delivery => !here(delivery.channel))
  if (elsewhere.length > 0) lines.push(`It also belongs in ${counted(elsewhere.length, 'other channel')}.`)
  return { lines, offers }
}

const kinds: Readonly<Record<Post['relation'], string>> = {
  original: 'post',
  repost: 'repost',
  quote: 'quote',
  reply: 'reply',
  thread: 'thread post',
}

/** "a quote by Mira Okafor (@mira_okafor)". */
export const whatItIs = ({ relation, author, source }: Post): string =>
  `a ${kinds[relation]} by ${person({ source, ...author })}`

function seenLine({ found, now }: Known, gap: GapRow | undefined): string {
  const { post, arrivedAt, via } = found
  const late = arrivedAt - post.createdAt
  const how = {
    stream: 'on the stream',
    poll: 'when X was asked in turn',
    'catch-up': `afterwards, ${gap === undefined ? 'for a gap' : `for the gap of ${duration(gap.to - gap.from)} that ended ${ago(now, gap.to)} (${name(gap.why)})`}`,
  }[via]
  const after = late < 1000 ? 'as it was written' : `${duration(late)} after it was written`
  const edited = post.edited ? ' It has been edited since; the newest version is told about.' : ''
  return `*Seen* ${ago(now, arrivedAt)}: ${whatItIs(post)}. It came ${how}, ${after}.${edited}`
}

/** The gap that it was fetched for, as far as this channel knows of it. */
async function gapOf({ store }: ControlDeps, channel: string | undefined, found: StoredPost) {
  if (found.via !== 'catch-up') return undefined
  const ids = found.deliveries
    .filter(delivery => channel === undefined || delivery.channel === channel)
    .flatMap(({ gap }) => gap ?? [])
  return ids.length === 0 ? undefined : (await store.gaps(gapsAsked)).find(({ id }) => ids.includes(id))
}

function judged({ deps, found }: Known, route: Route | undefined): Verdict | undefined {
  return route === undefined || found.gone === 'taken down' ? undefined : deps.judging(route)(found.post)
}

/** Two stages: why it is wanted, and what became of its message. */
async function delivered(known: Known, delivery: Delivery, route: Route | undefined): Promise<Told> {
  const { found } = known
  const wanted = `*Wanted*: ${reason(delivery.because, route, found.post, judged(known, route))}.`
  const { line, offers } = await message(known, delivery, route)
  return { lines: [wanted, line], offers }
}

interface MessageTold {
  readonly line: string
  readonly offers: readonly Offer[]
}

async function message(known: Known, delivery: Delivery, route: Route | undefined): Promise<MessageTold> {
  const { deps, found, now } = known
  const trouble = delivery.why === undefined ? '' : ` ${name(delivery.why, 300)}`
  switch (delivery.state) {
    case 'sent':
      return { line: `*Posted* ${sent(known, delivery)}${since(found.gone, delivery.change)}`, offers: [] }
    case 'leased':
      return { line: '*Being posted* at this moment.', offers: [] }
    case 'pending': {
      const held = known.lanes.find(({ channel }) => channel === delivery.channel)?.held
      if (held !== undefined)
        return {
          line: `*Waiting*: nothing is posted here for now. ${name(held, 300)} \`/birdwire resume\` tries again.`,
          offers: [{ label: 'Try again', does: 'resume' }],
        }
      const until = delivery.at > now ? ` until ${momentInWords(delivery.at, now, route?.pace.zone ?? 'UTC')}` : ''
      const hold = delivery.hold === undefined ? '' : `, ${holdWords[delivery.hold]}`
      const turn = until === '' && hold === '' && trouble === '' ? ' for its turn' : ''
      return { line: `*Waiting*${turn}${until}${hold}.${trouble}`, offers: [] }
    }
    case 'dead': {
      const dead = (await deadOf(deps, delivery.channel)).find(
        ({ subject }) => subject.kind === 'post' && subject.postId === found.post.id,
      )
      if (dead === undefined) return { line: `*Not posted*.${trouble}`, offers: [] }
      const does = `redeliver ${dead.id}${dead.reason === 'unknowable' ? ' force' : ''}`
      return {
        line: `*Not posted*: it could not be.${trouble} ${code(`/birdwire ${does}`)} tries again.`,
        offers: [{ label: 'Send it again', does }],
      }
    }
  }
}

const holdWords: Readonly<Record<NonNullable<Delivery['hold']>, string>> = {
  digest: "for this channel's digest",
  quiet: "because of this channel's quiet hours",
  hour: 'because this channel has had as many messages in the hour as it wants',
}

function sent({ deps, found, now }: Known, { place, among, at, ts, channel }: Delivery): string {
  const where =
    place === 'named'
      ? ' without a message of its own: it is named in the message of what it reposts'
      : `${place === 'thread' ? ' as a reply in a thread' : ''}${among === undefined || among < 2 ? '' : ` in a message with ${counted(among - 1, 'other post')}`}`
  const took = at - found.arrivedAt
  const link = ts === undefined ? undefined : deps.permalink?.(channel, ts)
  const shown =
    link !== undefined && /^https:\/\/[^\s<>|]+$/.test(link) ? ` (<${link.replaceAll('&', '&amp;')}|message>)` : ''
  return `${ago(now, at)}${where}${shown}; Slack took it ${took < 1000 ? 'at once' : `${duration(took)} after it came`}.`
}

/** What has become of a message whose post was changed since. */
function since(gone: StoredPost['gone'], change: Delivery['change']): string {
  if (gone === undefined) {
    if (change === undefined) return ''
    return change === 'pending'
      ? ' Its message is still to be changed.'
      : ' Its message could not be changed since: `/birdwire dead` says why.'
  }
  const done = gone === 'deleted' ? 'removed or struck through' : 'removed'
  const how = gone === 'deleted' ? 'Its author has deleted it since' : 'It was taken down since'
  switch (change) {
    case undefined:
      return ` ${how}: its message is ${done}.`
    case 'pending':
      return ` ${how}: its message is still to be ${done}.`
    case 'dead':
      return ` ${how}, but its message could not be ${done}: \`/birdwire dead\` says why.`
  }
}

function rejected(known: Known, because: string, route: Route | undefined): Told {
  const { deps, found } = known
  const verdict = judged(known, route)
  const line = `*Not posted*: ${reason(because, route, found.post, verdict)}.`
  if (route === undefined || verdict === undefined) return { lines: [line], offers: [] }
  if (verdict.wanted)
    return {
      lines: [line, `*Now* such a post comes, because ${inDetail(route, found.post, verdict)}.`],
      offers: [],
    }
  const { lines, offers } = howToHave(deps, route, found.post)
  return { lines: [line, ...lines], offers }
}

/** Birdwire has it because others want it. */
function notAsked(known: Known, route: Route): Told {
  const { deps, found } = known
  const verdict = judged(known, route)
  if (verdict?.wanted === true)
    return {
      lines: [
        `*Not posted*: it came before this channel wanted it. Now such a post comes, because ${inDetail(route, found.post, verdict)}.`,
      ],
      offers: [],
    }
  const line = 'Nothing here asks for it: its author is not followed here, and no topic matches.'
  if (verdict === undefined) return { lines: [line], offers: [] }
  const said = verdict.refusal === undefined ? line : `*Not posted*: ${inDetail(route, found.post, verdict)}.`
  const { lines, offers } = howToHave(deps, route, found.post)
  return { lines: [said, ...lines], offers }
}
