/**
 * What happens in a soak, from its seed alone: when posts are written (a group's day has its rhythm), what X and Slack do wrong, what people do
 * in their channels, when the service is stopped or killed. Pure: the same seed and hours give the same plan, on every machine.
 */
import { troubles } from '../../sim/slack/server.ts'
import { createRandom, type Random } from '../../sim/world/random.ts'

export const hourMs = 3_600_000

/** What may be struck at X: at its stream, at a connect, at any other request. */
export const xKinds = [
  'cut',
  'end',
  'mid-line',
  'mid-line-end',
  'stall',
  'operational-disconnect',
  'garbage',
  'unknown-message',
  'duplicate',
  'out-of-order',
  'split-utf8',
  'connect-5xx',
  'connect-429',
  'connect-too-many',
  'connect-reset',
  'rest-5xx',
  'rest-429',
  'rest-reset',
  'rest-slow',
  'ghost',
] as const
type XKind = (typeof xKinds)[number]

/** A picture that cannot be fetched, a refused token and an archived channel come at their own times. */
const apart: readonly string[] = ['image-download', 'token-revoked', 'channel-archived']
const slackTroubles = troubles.filter(trouble => !apart.includes(trouble))
export const slackKinds = [
  ...slackTroubles.map(trouble => `post:${trouble}` as const),
  ...slackTroubles.map(trouble => `call:${trouble}` as const),
  'post:image-download',
] as const
type SlackKind = (typeof slackKinds)[number]

const standings = [
  'unauthorized',
  'no-credits',
  'payment-required',
  'not-enrolled',
  'no-stream',
  'usage-capped',
] as const
export type Standing = (typeof standings)[number]

type Step =
  | { readonly kind: 'post' | 'delete' | 'kill' }
  /** The service is stopped, and started again after so long. */
  | { readonly kind: 'stop'; readonly ms: number }
  | { readonly kind: 'x'; readonly fault: XKind }
  | { readonly kind: 'slack'; readonly fault: SlackKind }
  /** Slack refuses the token for so long. */
  | { readonly kind: 'revoke'; readonly ms: number }
  /** X treats the app like this for so long; then somebody has put that right and types `reconnect`. */
  | { readonly kind: 'standing'; readonly standing: Standing; readonly ms: number }
  | { readonly kind: 'archive'; readonly channel: string }
  /** `/birdwire text` */
  | { readonly kind: 'type'; readonly channel: string; readonly text: string }

export type Planned = Step & { readonly at: number }

/** Once archived, a channel is out of the play. */
export const archived = 'C0GONE'
/** Where messages wait for a digest, an hour or quiet hours now and then. */
export const paced = 'C0PACE'

/** What each channel wants at first, as it is typed. */
export const setUp: Readonly<Record<string, readonly string[]>> = {
  C0LAB: ['follow mira_okafor jonas_lindqv halden_lab oskar_theiss prof_penrhyn'],
  C0WAVES: [
    'follow gw_alerts_sim priya_raghav lucas_ferrand gwen_pryce dev_anandan',
    'keyword add LIGO, ringdown, "gravitational waves", #gw',
  ],
  C0DARK: ['topic add "dark matter", axion'],
  C0WORLD: ['follow h_takamori anya_belskaya layla_nasser_ wei_shan_lin rhea_papado noam_avidan'],
  C0NEWS: ['follow axion_weekly nordic_physics moor_observer quietcryo mira_okafor', 'topic add neutrino'],
  [paced]: ['follow elif_sonmez hana_vesela uma_delacroix sofia_quiroga tomasz_wrona jonas_lindqv'],
  [archived]: ['follow ines_carvalho kofi_asante_p'],
}
export const channels: readonly string[] = Object.keys(setUp)

const people = [
  'mira_okafor jonas_lindqv zoe_marchand h_takamori anya_belskaya tomasz_wrona priya_raghav ines_carvalho oskar_theiss',
  'sofia_quiroga dev_anandan minseo_han kofi_asante_p elif_sonmez bjork_hallsd lucas_ferrand gwen_pryce amir_tavakol',
  'halden_lab axion_weekly gw_alerts_sim moor_observer quietcryo prof_penrhyn night_shift_bot',
].flatMap(line => line.split(' '))
const words = [
  'matter',
  'detector',
  'coffee',
  'LIGO',
  'axion',
  'neutrino',
  '#run14',
  '"dark matter"',
  'seminar',
  'noise',
]

/** How much is written in each hour of the day (UTC), against the mean. */
const rhythm = [2, 1, 1, 1, 2, 4, 8, 14, 18, 20, 18, 16, 14, 16, 18, 18, 16, 14, 12, 12, 10, 8, 5, 3].map(n => n / 10.5)

interface Rates {
  /** Posts an hour, in the mean. */
  readonly posts: number
  readonly xFaults: number
  readonly slackFaults: number
  readonly operations: number
}

const dayRates: Rates = { posts: 16, xFaults: 1.2, slackFaults: 1.6, operations: 1.2 }
/** A few hours hold what would else take days. */
const hourRates: Rates = { posts: 40, xFaults: 4, slackFaults: 5, operations: 4 }

function ratesFor(hours: number): Rates {
  return hours < 20 ? hourRates : dayRates
}

/** In the order in which it happens. `from`: epoch ms. */
export function plan(seed: number, hours: number, from: number): readonly Planned[] {
  const random = createRandom(`soak:${seed}`)
  const rates = ratesFor(hours)
  const steps: Planned[] = []
  const anywhen = () => from + Math.floor(random.next() * hours * hourMs)
  const put = (step: Step, at = anywhen()) => steps.push({ ...step, at })

  for (let hour = 0; hour < hours; hour++) {
    const many = rates.posts * (hours < 20 ? 1 : (rhythm[new Date(from + hour * hourMs).getUTCHours()] ?? 1))
    for (let n = around(random, many); n > 0; n--) put({ kind: 'post' }, from + (hour + random.next()) * hourMs)
  }
  for (const fault of inTurn(random, xKinds, rates.xFaults * hours)) put({ kind: 'x', fault })
  for (const fault of inTurn(random, slackKinds, rates.slackFaults * hours)) put({ kind: 'slack', fault })
  for (let n = Math.ceil(hours / 8); n > 0; n--) put({ kind: 'delete' })
  for (let n = Math.ceil(hours / 40); n > 0; n--) put({ kind: 'revoke', ms: random.int(5, 25) * 60_000 })
  for (const standing of inTurn(random, standings, Math.ceil(hours / 28)))
    put({ kind: 'standing', standing, ms: random.int(5, 60) * 60_000 })
  put({ kind: 'archive', channel: archived }, from + 0.6 * hours * hourMs)
  lives(random, hours, from, put)
  operations(random, Math.round(rates.operations * hours), anywhen, put)
  return steps.map(step => ({ ...step, at: Math.floor(step.at) })).sort((a, b) => a.at - b.at)
}

/** The first life lasts a seventh of the time, the last half of it, so that what grows in a long one shows; between them it is ended often. */
function lives(random: Random, hours: number, from: number, put: (step: Step, at: number) => void): void {
  const within = (n: number, of: number) =>
    from + (1 / 7 + ((n + random.next()) / of) * (1 / 2 - 1 / 7)) * hours * hourMs
  put({ kind: 'stop', ms: 60_000 }, from + (hours / 7) * hourMs)
  const kills = Math.max(3, Math.round(hours / 8))
  for (let n = 0; n < kills; n++) put({ kind: 'kill' }, within(n, kills))
  const stops = Math.max(1, Math.round(hours / 28))
  for (let n = 0; n < stops; n++) put({ kind: 'stop', ms: random.int(1, 40) * 60_000 }, within(n, stops))
}

function operations(random: Random, count: number, anywhen: () => number, put: (step: Step, at: number) => void): void {
  const open = channels.filter(channel => channel !== archived)
  for (let n = 0; n < count; n++) {
    const at = anywhen()
    const channel = random.pick(open)
    const type = (text: string, after = 0) => put({ kind: 'type', channel, text }, at + after)
    const someone = random.pick(people)
    const word = random.pick(words)
    const what = random.weighted({ people: 10, words: 8, pause: 3, pace: 5, look: 3, undo: 4, preview: 3, undone: 3 })
    if (what === 'people') type(`${random.pick(['follow', 'follow', 'unfollow', 'mute', 'unmute'])} ${someone}`)
    else if (what === 'words') type(`${random.pick(['keyword', 'topic'])} ${random.pick(['add', 'remove'])} ${word}`)
    else if (what === 'pause') {
      type('pause')
      type('resume', random.int(1, 90) * 60_000)
    } else if (what === 'pace') {
      const pace = random.pick([
        'digest 8:00 16:00',
        'at most 6 an hour',
        'quiet 22:00-6:00',
        'live',
        'quiet off',
        'any',
      ])
      put({ kind: 'type', channel: paced, text: `pace ${pace}` }, at)
    } else if (what === 'look') {
      const options = [
        'deletions strike',
        'deletions remove',
        'together off',
        'together on',
        'links each',
        'links thread',
      ]
      type(`options ${random.pick([...options, 'name author', 'name birdwire', 'reading complete', 'reading cheap'])}`)
    } else if (what === 'preview') type(`preview ${random.pick([`follow ${someone}`, `topic add ${word}`, 'pause'])}`)
    else if (what === 'undo') type('undo')
    else {
      type(`follow ${someone}`)
      type('undo', random.int(2, 60) * 60_000)
    }
  }
}

/** Each of them about as often, in random order. */
function inTurn<T>(random: Random, kinds: readonly T[], count: number): readonly T[] {
  const rounds = Math.ceil(count / kinds.length)
  return Array.from({ length: rounds }, () => random.sample(kinds, kinds.length))
    .flat()
    .slice(0, Math.round(count))
}

/** A whole number whose mean is this. */
function around(random: Random, mean: number): number {
  const at = mean * (0.5 + random.next())
  return Math.floor(at) + (random.chance(at - Math.floor(at)) ? 1 : 0)
}
