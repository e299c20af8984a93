/**
 * What goes on while the process is killed and started again: the world writes, reposts, quotes, continues threads, corrects and deletes; one
 * person sets the channels up and then keeps changing one of them, and types again what nobody answered. All of it is written down for the oracle.
 */
import { afterCommand, nothing, type Wants } from '../../sim/desk/wants.ts'
import { createRandom, type Random } from '../../sim/world/random.ts'
import type { WorldPost } from '../../sim/world/world.ts'
import type { Stage } from './stage.ts'

/** Something typed until it was answered. Every one of them changes what its channel wants. */
export interface Typed {
  readonly channel: string
  readonly text: string
  readonly before: Wants
  readonly after: Wants
  /** When it was first typed, and when it was answered, epoch ms; until then its effect may be there or not. */
  readonly at: number
  answeredAt: number | undefined
}

/** Real ms. */
const betweenPostsMs = 60
const betweenCommandsMs = 1200
const againMs = 120
const lookMs = 120
/** After one of so many posts one is deleted, and somebody writes several at once, so that they queue: fewer than go into one message. */
const deletedOf = 25
const burstOf = 10
const burstPosts = 4
/** Who writes bursts: each is followed in another channel, one in two. */
const bursting = ['mira_okafor', 'axion_weekly', 'halden_lab', 'gw_alerts_sim']

/** Channels whose wants stand still once they are set up, and the one that is changed all the time. */
export const channels = {
  lab: 'C0LAB',
  waves: 'C0WAVES',
  dark: 'C0DARK',
  news: 'C0NEWS',
  moving: 'C0MOVING',
} as const
/** A topic is searched for after a gap, and X's search finds neither reposts nor what is quoted. */
export const searched: readonly string[] = [channels.dark]

const setUp: readonly (readonly [channel: string, text: string])[] = [
  [channels.lab, 'follow mira_okafor jonas_lindqv halden_lab oskar_theiss prof_penrhyn'],
  [channels.waves, 'follow gw_alerts_sim priya_raghav lucas_ferrand gwen_pryce dev_anandan bjork_hallsd h_takamori'],
  [channels.waves, 'keyword add LIGO, ringdown, detector, "gravitational waves"'],
  [channels.dark, 'topic add "dark matter", axion'],
  [
    channels.news,
    'follow axion_weekly nordic_physics moor_observer quietcryo night_shift_bot mira_okafor wei_shan_lin',
  ],
  [channels.moving, 'follow ines_carvalho kofi_asante_p'],
]
/** Who comes and goes in the moving channel. */
const guests = ['amir_tavakol', 'hana_vesela', 'uma_delacroix', 'sofia_quiroga', 'tomasz_wrona', 'elif_sonmez']

export class Life implements Disposable {
  readonly typed: Typed[] = []
  /** What was written, with the moment. */
  readonly written: { readonly post: WorldPost; readonly at: number }[] = []
  readonly deleted = new Set<string>()
  /** Moments at which X was being read and nothing was missing, epoch ms. */
  readonly whole: number[] = []
  /** Nobody types anything new for now: each change of rules leaves something to be fetched. */
  still = false
  readonly #stage: Stage
  readonly #random: Random
  readonly #over = new AbortController()
  readonly #running: Promise<unknown>
  #abandoned = false
  #turns = 0

  constructor(stage: Stage, seed: number) {
    this.#stage = stage
    this.#random = createRandom(`life:${seed}`)
    this.#running = Promise.all([this.#write(), this.#type(), this.#look()])
  }

  /** What the channel wants as far as was typed. */
  wants(channel: string): Wants {
    return this.typed.findLast(typed => typed.channel === channel)?.after ?? nothing
  }

  /** Nothing more is written or typed; resolves when the last command was answered. */
  async end(): Promise<void> {
    this.#over.abort()
    await this.#running
  }

  /** Somebody whom two channels follow says something; resolves when it is in both, and so is what came before it. */
  async lastWord(): Promise<void> {
    const { world, slack, clock } = this.#stage
    const { id } = await this.#emit(world.post({ author: 'mira_okafor', text: `The last word of ${clock.now()}` }))
    const isIn = (channel: string) =>
      slack.messages(channel).some(({ blocks }) => JSON.stringify(blocks ?? []).includes(id))
    await slack.until('message', () => isIn(channels.lab) && isIn(channels.news))
  }

  /** Ends it as it is, where something went wrong. */
  [Symbol.dispose](): void {
    this.#abandoned = true
    this.#over.abort()
  }

  async #emit(post: WorldPost): Promise<WorldPost> {
    this.written.push({ post, at: this.#stage.clock.now() })
    await this.#stage.x.emit(post)
    return post
  }

  async #write(): Promise<void> {
    const { world, x } = this.#stage
    while (!this.#over.signal.aborted) {
      await this.#emit(world.next())
      if (this.#random.chance(1 / burstOf)) {
        const author = this.#random.pick(bursting)
        for (let n = 1; n <= burstPosts; n += 1)
          await this.#emit(world.post({ author, text: `Reading ${n} of ${burstPosts} of the detector` }))
      }
      if (this.#random.chance(1 / deletedOf)) {
        const { id, history } = this.#random.pick(this.written.slice(-20)).post
        if (world.lookup(id) !== undefined && !this.#isReferredTo(history)) {
          this.deleted.add(history[0] ?? id)
          await x.deletePost(id)
        }
      }
      await pause(this.#random.int(betweenPostsMs / 2, betweenPostsMs * 1.5))
    }
  }

  /** Somebody quotes or reposts it: the world's own writer may still correct that. */
  #isReferredTo(versions: readonly string[]): boolean {
    return this.written.some(({ post: { innerId } }) => innerId !== undefined && versions.includes(innerId))
  }

  async #type(): Promise<void> {
    for (const [channel, text] of setUp) await this.#insist(channel, text)
    while (!this.#over.signal.aborted) {
      if (!this.still) await this.#insist(channels.moving, this.#next())
      await pause(betweenCommandsMs)
    }
  }

  /** In turn, so that every command changes something. */
  #next(): string {
    const turn = this.#turns++
    const round = Math.floor(turn / 6)
    const guest = guests[round % guests.length] ?? ''
    const word = `muon${round}`
    const steps = [
      `follow ${guest}`,
      `keyword add ${word}`,
      'pause',
      'resume',
      `keyword remove ${word}`,
      `unfollow ${guest}`,
    ]
    return steps[turn % steps.length] ?? ''
  }

  async #insist(channel: string, text: string): Promise<void> {
    const { clock, world } = this.#stage
    const before = this.wants(channel)
    const at = clock.now()
    const after = afterCommand(before, `/birdwire ${text}`, name => world.user(name), at)
    const typed: Typed = { channel, text, before, after, at, answeredAt: undefined }
    this.typed.push(typed)
    while (!this.#abandoned) {
      const answer = this.#stage.process === undefined ? undefined : await this.#stage.type(channel, text)
      if (answer !== undefined && isDone(text, answer)) break
      await pause(againMs)
    }
    typed.answeredAt = clock.now()
  }

  async #look(): Promise<void> {
    let before: number | undefined
    while (!this.#over.signal.aborted) {
      const at = this.#stage.clock.now()
      const standing = await this.#stage.standing()
      const isRead = standing?.sources.every(({ state }) => state === 'streaming') === true
      const isWhole = isRead && standing.gaps.every(({ state }) => state !== 'open')
      // A connection may be there a moment before its gap is.
      if (isWhole && before !== undefined) this.whole.push(before)
      before = isWhole ? at : undefined
      await pause(lookMs)
    }
  }
}

/** A person reads the answer: whom X could not be asked for is not followed yet. */
function isDone(typed: string, answer: string): boolean {
  const [verb, ...names] = typed.split(' ')
  return verb !== 'follow' || names.every(name => answer.includes(`(@${name})`))
}

export const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))
