/**
 * Notices silence. Every ten minutes each account, each channel and the stream as a whole are held against what used to come. Who has been
 * silent for unlikely long is first asked for at the network, which costs nothing when nothing is there. Then one line is left in each
 * channel concerned, and one when it is over: at once when posts that a channel wants did not come or cannot be read any more; when the network too has
 * nothing, only after longer than a long weekend. While the source itself is not well, nothing is judged: it speaks for itself. An
 * account that every channel sifts by keywords is not judged alone: its writing of something else is no silence, and finding out
 * would be paid for.
 */

import type { Account } from '../domain/account.ts'
import { dayMs } from '../domain/day.ts'
import type { Finding } from '../domain/finding.ts'
import type { Route } from '../domain/route.ts'
import { isUnlikely, median, perDay } from '../domain/silence.ts'
import { type Alarm, type Checked, isSerious, type Matter } from '../domain/silence-alarm.ts'
import type { Clock } from '../kit/clock.ts'
import { type InsistEvent, insistence } from '../kit/insist.ts'
import {
  commitRetryMsMax,
  silenceAsk,
  silenceAsksPerRound,
  silenceLateMs,
  silenceLinesPerDay,
  silenceManyAccounts,
  silenceRoundMs,
  silenceSay,
  silenceSettleMs,
  silenceStreamAsk,
  silenceStreamAsks,
  silenceStreamUnasked,
} from '../limits.ts'
import type { Source, Wanted } from '../source/source.ts'
import type { Store } from '../store/store.ts'
import type { Committed } from './ingest.ts'
import { Doubts, type Settled } from './silence-doubts.ts'
import { Lag } from './silence-lag.ts'
import { type Pictured, picture, type World } from './silence-picture.ts'
import { Questions } from './silence-questions.ts'
import { type Raised, Said, type SaidStore } from './silence-said.ts'

export type SilenceEvent =
  | { readonly kind: 'silence-raised'; readonly alarm: Alarm; readonly text: string }
  | { readonly kind: 'silence-over'; readonly matter: Matter; readonly text: string }
  | InsistEvent

/** The words for people; mrkdwn. `account`: whom the matter is about, as far as it is known. */
export interface SilenceWords {
  raised(alarm: Alarm, now: number): string
  over(matter: Matter, account: Account | undefined): string
  /** After a restart, when the facts are no longer known. Plain text. */
  lasting(matter: Matter, account: Account | undefined, saidAt: number, now: number): string
  /** Without mrkdwn. */
  plain(text: string): string
}

export interface SilenceOptions {
  readonly source: Pick<Source, 'name' | 'newest' | 'state'>
  readonly store: SaidStore & Pick<Store, 'accountFlows' | 'channelFlows' | 'routes' | 'audit' | 'gaps'>
  readonly wanted: Pick<Wanted, 'current' | 'held'>
  readonly clock: Clock
  readonly words: SilenceWords
  /** Lines were left when one of the first two comes: whoever delivers is woken. */
  readonly onEvent: (event: SilenceEvent) => void
}

export interface SilenceWatch {
  /** Looks until the signal aborts. Rejects only when the store is broken. Call it once. */
  run(signal: AbortSignal): Promise<void>
  /** Hears what was stored. */
  committed(committed: Committed): void
  /** What lasts, one line each; not ok: the stream is empty, or posts do not come. */
  findings(): readonly Finding[]
  /** The same, for counting. */
  raised(): readonly Matter[]
}

/** Gaps looked at for one that is still open. */
const gapsAsked = 50

export function createSilenceWatch(options: SilenceOptions): SilenceWatch {
  const { source, store, wanted, clock, words, onEvent } = options
  const said = new Said(store)
  const lag = new Lag()
  const doubts = new Doubts()
  const questions = new Questions(source, clock)
  const { insist } = insistence({ clock, retryMsMax: commitRetryMsMax, onEvent })
  let people: ReadonlyMap<string, Account> = new Map()
  let quietLines: readonly number[] = []
  let restricted: ReadonlyMap<string, number> = new Map()

  async function run(signal: AbortSignal): Promise<void> {
    await insist(() => said.load(), signal)
    while (!signal.aborted) {
      await clock.sleep(silenceRoundMs, signal)
      if (!signal.aborted) await insist(() => round(signal), signal)
    }
  }

  async function round(signal: AbortSignal): Promise<void> {
    if (!(await isWell())) return
    const world = await picture({ source, store, wanted, restricted, now: clock.now() })
    restricted = world.restricted
    people = new Map(world.accounts.map(({ account }) => [account.id, account]))
    await endings(world)
    await missedPosts(world)
    await late(world)
    if (await emptyStream(world, signal)) return
    await silentAccounts(world, signal)
    await silentChannels(world)
  }

  async function isWell(): Promise<boolean> {
    const { state, since } = source.state()
    if (wanted.held() !== undefined || state !== 'streaming' || clock.now() - since < silenceSettleMs) return false
    const gaps = await store.gaps(gapsAsked)
    return !gaps.some(gap => gap.source === source.name && gap.state === 'open')
  }

  /** A post written after the line was left ends it; so does that nobody wants it any more, without a word. */
  async function endings(world: World): Promise<void> {
    for (const raised of said.all()) {
      const newest = newestOf(raised, world)
      if (newest === 'unwanted') await said.forget(raised.matter)
      else if (newest > raised.at) await end(raised, world.now)
    }
  }

  async function end(raised: Raised, now: number): Promise<void> {
    const text = words.over(raised.matter, people.get(raised.matter.id))
    await said.end(raised, text, now)
    onEvent({ kind: 'silence-over', matter: raised.matter, text })
  }

  async function raise(alarm: Alarm, channels: readonly string[], now: number): Promise<void> {
    const text = words.raised(alarm, now)
    if (await said.raise(alarm, channels, text, now)) onEvent({ kind: 'silence-raised', alarm, text })
  }

  async function late({ now, routes }: World): Promise<void> {
    const middle = lag.middle(now)
    if (middle === undefined) return
    const raised = said.find('late')
    if (middle > silenceLateMs) await raise({ kind: 'late', lagMs: middle }, channelsOf(routes), now)
    else if (raised !== undefined) await end(raised, now)
  }

  /** True when the stream as a whole is silent for longer than it should be: then nothing is said of single accounts. */
  async function emptyStream(world: World, signal: AbortSignal): Promise<boolean> {
    const { now, routes, stream } = world
    if (stream === undefined || world.isRestricted || !isUnlikely(stream, now, silenceStreamAsk, world.restrictedAt))
      return false
    const busiest = world.accounts
      .filter(({ isWhole }) => isWhole)
      .toSorted((a, b) => perDay(b.pace) - perDay(a.pace))
      .slice(0, silenceStreamAsks)
    if (await ask(busiest, 'soon', signal)) return true
    const checked = busiest.map(({ account }) => questions.last(account.id)).find(answer => answer !== undefined)
    const isAnswered = checked !== undefined && checked.kind !== 'failed'
    if (!isUnlikely(stream, now, isAnswered ? silenceSay : silenceStreamUnasked)) return true
    // Said already, perhaps with more: who missed posts.
    if (said.find('stream') !== undefined) return true
    const whole = { since: stream.newestAt, perDay: perDay(stream), missed: [], posts: 0 }
    await raise({ kind: 'stream', ...whole, checked: checked ?? { kind: 'unasked' } }, channelsOf(routes), now)
    return true
  }

  async function silentAccounts(world: World, signal: AbortSignal): Promise<void> {
    const silent = world.accounts.filter(one => one.isWhole && isUnlikely(one.pace, world.now, silenceAsk, one.from))
    await ask(silent, 'daily', signal, silenceAsksPerRound)
    for (const one of silent) await quiet(one, world)
  }

  /** True when the network has posts of any of them that did not come: they are fetched, and judged when that is done. */
  async function ask(
    accounts: readonly Pictured[],
    how: 'daily' | 'soon',
    signal: AbortSignal,
    max = accounts.length,
  ): Promise<boolean> {
    const answers = await questions.ask(accounts, how, signal, max, one => doubts.add(one, clock.now()))
    for (const { of, answer } of answers) if (answer.kind !== 'missed') doubts.drop(of.account.id)
    return answers.some(({ answer }) => answer.kind === 'missed')
  }

  /** What was found missing, now that it has been fetched. Of many accounts it is the stream's matter: one line, whoever is found later. */
  async function missedPosts(world: World): Promise<void> {
    const settled = doubts.settle()
    for (const { one, posts } of settled) if (posts === 0) questions.unwanted(one.account.id)
    // Of whom newer ones have come by themselves since, that is over already: the gap says enough.
    const newest = (id: string) => world.accounts.find(({ account }) => account.id === id)?.pace.newestAt ?? 0
    const missed = settled.filter(({ one, askedAt, posts }) => posts > 0 && newest(one.account.id) < askedAt)
    const news = missed.filter(({ one }) => said.find('missed', one.account.id) === undefined)
    const before = said.all().filter(({ matter }) => matter.kind === 'missed').length
    const whole = said.find('stream')
    if (news.length > 0 && (whole !== undefined || news.length + before >= silenceManyAccounts))
      await missedByStream(missed, whole?.alarm, world)
    else
      for (const { one, posts } of missed)
        await raise({ kind: 'missed', ...expected(one), posts }, one.channels, world.now)
  }

  async function missedByStream(missed: readonly Settled[], known: Alarm | undefined, world: World): Promise<void> {
    const before = known?.kind === 'stream' ? known.missed : []
    const others = before.filter(({ id }) => !missed.some(({ one }) => one.account.id === id))
    const alarm: Alarm = {
      kind: 'stream',
      since: Math.min(...missed.map(({ one }) => one.pace.newestAt)),
      perDay: world.stream === undefined ? 0 : perDay(world.stream),
      missed: [...others, ...missed.map(({ one }) => one.account)],
      posts: missed.reduce((sum, { posts }) => sum + posts, 0),
      checked: { kind: 'unasked' },
    }
    await raise(alarm, channelsOf(world.routes), world.now)
  }

  async function quiet(one: Pictured, { now }: World): Promise<void> {
    const checked: Checked = questions.last(one.account.id) ?? { kind: 'unasked' }
    if (said.find('account', one.account.id) !== undefined || checked.kind === 'unasked') return
    if (checked.kind !== 'unavailable' && !isUnlikely(one.pace, now, silenceSay, one.from)) return
    quietLines = quietLines.filter(at => now - at < dayMs)
    if (quietLines.length >= silenceLinesPerDay) return
    quietLines = [...quietLines, now]
    await raise({ kind: 'account', ...expected(one), checked }, one.channels, now)
  }

  /** Not where accounts that were told of explain it: they bring most of what comes there. */
  async function silentChannels({ now, channels, accounts }: World): Promise<void> {
    for (const { channel, pace, from } of channels) {
      if (said.find('channel', channel) !== undefined || !isUnlikely(pace, now, silenceSay, from)) continue
      const here = accounts.filter(one => one.channels.includes(channel))
      const rate = (some: readonly Pictured[]) => some.reduce((sum, one) => sum + perDay(one.pace), 0)
      const told = here.filter(
        ({ account: { id } }) => said.find('account', id) !== undefined || said.find('missed', id) !== undefined,
      )
      if (told.length > 0 && rate(told) * 2 >= rate(here)) continue
      const asked = here.filter(({ account }) => questions.last(account.id)?.kind === 'nothing').length
      const since = pace.newestAt
      await raise({ kind: 'channel', channel, since, perDay: perDay(pace), asked }, [channel], now)
    }
  }

  function findings(): readonly Finding[] {
    const now = clock.now()
    return said.all().map(({ matter, alarm, saidAt }) => ({
      name: 'silence',
      ok: !isSerious(matter.kind),
      detail:
        alarm === undefined
          ? words.lasting(matter, people.get(matter.id), saidAt, now)
          : words.plain(words.raised(alarm, now)),
    }))
  }

  return {
    run,
    committed: committed => {
      lag.met(committed.intakes.map(({ arrival }) => arrival))
      doubts.met(committed)
    },
    findings,
    raised: () => said.all().map(({ matter }) => matter),
  }
}

const expected = ({ account, pace }: Pictured) => ({ account, since: pace.newestAt, perDay: perDay(pace) })

const channelsOf = (routes: readonly Route[]): readonly string[] => routes.map(({ channel }) => channel)

/** Epoch ms of the newest post of what was silent; 0: none known. The late posts of a stream do not end by a post, but by punctual ones. */
function newestOf({ matter, alarm }: Raised, world: World): number | 'unwanted' {
  switch (matter.kind) {
    case 'account':
    case 'missed': {
      if (!world.isFollowed(matter.id)) return 'unwanted'
      return world.accounts.find(({ account }) => account.id === matter.id)?.pace.newestAt ?? 0
    }
    case 'channel': {
      if (!world.isOn(matter.id)) return 'unwanted'
      return world.channels.find(({ channel }) => channel === matter.id)?.pace.newestAt ?? 0
    }
    case 'stream': {
      if (world.routes.length === 0) return 'unwanted'
      const whose = alarm?.kind === 'stream' ? alarm.missed.filter(({ id }) => world.isFollowed(id)) : []
      const newest = whose.map(({ id }) => world.accounts.find(({ account }) => account.id === id)?.pace.newestAt ?? 0)
      // One of them may have nothing more to write: the middle one tells.
      return median(newest) ?? world.stream?.newestAt ?? 0
    }
    case 'late':
      return 0
  }
}
