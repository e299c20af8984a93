/**
 * The store as plain arrays: slow, in memory, and simple enough to be seen to be right. Its posts have nothing to do with each other: what
 * belongs together in a channel has a walk of its own (places.property.ts).
 */
import type { Gap } from '../../src/domain/arrival.ts'
import type { Delivery, Settlement, Subject } from '../../src/domain/delivery.ts'
import type { Post } from '../../src/domain/post.ts'
import { catchUpHandful, catchUpHoldMs, catchUpPostsMax, changeRetryMs } from '../../src/limits.ts'
import type { Claim, DeadDelivery, Intake, IntakeResult, LaneState } from '../../src/store/store.ts'
import { burstOf, type Known, type Lane, type Owed } from './model-rows.ts'

/** A claim as it can be compared: without ids that only the store knows. */
export interface Seen extends Omit<Delivery, 'id'> {
  readonly task: string
}

export class StoreModel {
  cursor: string | undefined
  readonly tallies = new Map<IntakeResult, number>()
  readonly #posts = new Map<string, Known>()
  readonly #owed: Owed[] = []
  readonly #lanes = new Map<string, Lane>()
  readonly #strikes: ReadonlySet<string>
  #turns = 0

  /** `strikes`: channels that somebody told to keep deleted posts struck through. */
  constructor(strikes: readonly string[]) {
    this.#strikes = new Set(strikes)
    for (const channel of strikes) this.#lane(channel)
  }

  commit(intakes: readonly Intake[], now: number): IntakeResult[] {
    const edited = new Set<string>()
    const results = intakes.map(intake => {
      // Changes of messages are worked out after all posts before the next deletion or word about a gap.
      if (intake.arrival.kind !== 'post') this.#revise(edited, now)
      const result = this.#take(intake, now)
      if (result === 'edited' && intake.arrival.kind === 'post') edited.add(intake.arrival.post.id)
      this.cursor = intake.arrival.cursor
      if (result !== 'noted') this.tallies.set(result, (this.tallies.get(result) ?? 0) + 1)
      return result
    })
    this.#revise(edited, now)
    return results
  }

  #take({ arrival, deliver }: Intake, now: number): IntakeResult {
    if (arrival.kind === 'delete') {
      this.#delete(arrival.postId, now)
      return 'deleted'
    }
    if (arrival.kind === 'gap') {
      this.#letGo(arrival.gap, now)
      return 'noted'
    }
    if (arrival.kind !== 'post') throw new Error('the walk has no such arrivals')
    const { post } = arrival
    const known = this.#posts.get(post.id)
    if (known !== undefined && (known.deleted || Number(known.post.version) >= Number(post.version))) return 'duplicate'
    this.#posts.set(post.id, { post, deleted: false, takenDown: false })
    for (const { channel } of deliver) {
      const had = this.#of(post.id).some(owed => owed.channel === channel)
      if (!had) this.#owe(channel, { kind: 'post', postId: post.id }, now, arrival.gap !== undefined)
    }
    return known === undefined ? 'stored' : 'edited'
  }

  #letGo(gap: Gap, now: number): void {
    if (gap.state === 'open' && gap.release !== true) return
    const held = this.#owed.filter(owed => owed.held && owed.state === 'pending')
    for (const [channel, owed] of Map.groupBy(held, ({ channel }) => channel)) {
      const oldestFirst = owed.toSorted((a, b) => written(this.#post(a)) - written(this.#post(b)))
      const turns = owed.map(({ seq }) => seq).sort((a, b) => a - b)
      const many = owed.length > catchUpHandful
      if (owed.length > catchUpPostsMax) throw new Error(`${channel}: the walk has no gaps for several messages`)
      for (const [n, one] of oldestFirst.entries()) {
        Object.assign(one, { seq: turns[n], dueAt: now, held: false })
        if (many) Object.assign(one, { head: oldestFirst[0], state: n === 0 ? 'pending' : 'bundled' })
      }
    }
    for (const owed of this.#owed) owed.held = false
  }

  /** The deliveries of a post. */
  #of(postId: string): Owed[] {
    return this.#owed.filter(({ what }) => what.kind === 'post' && what.postId === postId)
  }

  #post({ what }: Owed): Post {
    const known = what.kind === 'post' ? this.#posts.get(what.postId) : undefined
    if (known === undefined) throw new Error('not a delivery of a post')
    return known.post
  }

  #isDeleted({ what }: Owed): boolean {
    return what.kind === 'post' && this.#posts.get(what.postId)?.deleted === true
  }

  #revise(edited: Set<string>, now: number): void {
    for (const id of edited) this.#change(this.#messagesOf(id), () => 'update', now)
    edited.clear()
  }

  #delete(postId: string, now: number): void {
    const known = this.#posts.get(postId)
    if (known === undefined || known.deleted) return
    known.deleted = true
    const messages = this.#messagesOf(postId)
    for (const owed of this.#of(postId)) this.#discardDeleted(owed.head ?? owed)
    this.#change(messages, ({ channel }) => (this.#strikes.has(channel) ? 'update' : 'remove'), now)
  }

  takeDown(postId: string, now: number): string[] | undefined {
    const known = this.#posts.get(postId)
    if (known === undefined) return undefined
    if (known.takenDown) return []
    const channels = this.#of(postId).filter(({ state }) => state !== 'dead')
    Object.assign(known, { deleted: true, takenDown: true })
    const messages = this.#messagesOf(postId)
    for (const owed of this.#of(postId)) this.#discardDeleted(owed.head ?? owed)
    this.#change(messages, () => 'remove', now)
    return channels.map(({ channel }) => channel).sort()
  }

  /** What has or may have a message that shows the post. */
  #messagesOf(postId: string): Owed[] {
    return this.#of(postId)
      .filter(({ state }) => state !== 'dead')
      .map(owed => owed.head ?? owed)
      .filter(({ state, unknown }) => ['sent', 'leased'].includes(state) || (state === 'pending' && unknown))
  }

  #change(messages: readonly Owed[], kindOf: (message: Owed) => 'update' | 'remove', now: number): void {
    for (const of of messages) {
      const kind = kindOf(of)
      const planned = this.#owed.filter(({ what, state }) => state === 'pending' && 'of' in what && what.of === of)
      if (planned.length === 0) this.#owe(of.channel, { kind, of }, now)
      else if (kind === 'remove') for (const { what } of planned) if ('of' in what) what.kind = 'remove'
    }
  }

  #discardDeleted(head: Owed): void {
    if (head.state !== 'pending' || head.unknown !== undefined) return
    const members = this.#owed.filter(owed => owed.head === head && owed.state === 'bundled')
    const [gone, living] = [members.filter(o => this.#isDeleted(o)), members.filter(o => !this.#isDeleted(o))]
    if (this.#isDeleted(head)) {
      const [next] = living.sort((a, b) => this.#compare(a, b))
      if (next !== undefined) this.#succeed(head, next, living)
      head.head = undefined
      gone.push(head)
    }
    for (const owed of gone) Object.assign(owed, { state: 'dead', reason: 'discarded' })
  }

  #succeed(head: Owed, next: Owed, living: readonly Owed[]): void {
    const { state, seq, dueAt, attempts, firstAt, leasedAt, imagesDropped } = head
    Object.assign(next, { state, seq, dueAt, attempts, firstAt, leasedAt, imagesDropped })
    for (const owed of living) owed.head = next
    for (const { what, state: then } of this.#owed)
      if (then === 'pending' && 'of' in what && what.of === head) what.of = next
  }

  #owe(channel: string, what: Owed['what'], now: number, held = false): void {
    this.#lane(channel)
    this.#turns += 1
    this.#owed.push({
      ...{ id: '', channel, what, seq: this.#turns, state: 'pending', held, gap: held, head: undefined },
      ...{ dueAt: held ? now + catchUpHoldMs : now, attempts: 0, firstAt: undefined, leasedAt: 0 },
      ...{ imagesDropped: false, unknown: undefined, ts: undefined, reason: '' },
    })
  }

  #lane(channel: string): Lane {
    const known = this.#lanes.get(channel)
    if (known !== undefined) return known
    const made: Lane = { freeAt: 0, held: undefined, lease: undefined, sent: 0, lastSentAt: undefined }
    this.#lanes.set(channel, made)
    return made
  }

  notice(channel: string, text: string, now: number): void {
    this.#owe(channel, { kind: 'notice', text }, now)
  }

  reopen(now: number): void {
    this.#expire(now, () => true, 'the process that was sending it ended')
  }

  #expire(now: number, which: (lane: Lane) => boolean, why: string): void {
    for (const lane of this.#lanes.values()) {
      const owed = lane.lease?.owed
      if (owed === undefined || !which(lane)) continue
      const since = owed.unknown?.since ?? owed.leasedAt
      const unknown = 'of' in owed.what ? undefined : { since, checks: 0, why }
      Object.assign(owed, { state: 'pending', dueAt: now, unknown })
      lane.lease = undefined
    }
  }

  claim(now: number, leaseMs: number): Seen[] {
    const late = (lane: Lane) => lane.lease !== undefined && lane.lease.until <= now
    this.#expire(now, late, 'the worker that was sending it did not come back in time')
    return [...this.#lanes].flatMap(([channel, lane]) => {
      if (lane.held !== undefined || lane.lease !== undefined || lane.freeAt > now) return []
      const due = this.#owed
        .filter(o => o.channel === channel && o.state === 'pending' && o.dueAt <= now)
        .sort((a, b) => a.seq - b.seq)
      const at = due.findIndex(o => this.#isReady(o, now))
      const owed = due[at]
      if (owed === undefined) return []
      for (const one of burstOf(due.slice(at)))
        Object.assign(one, { head: owed, held: false, state: one === owed ? 'pending' : 'bundled' })
      const task = this.#task(owed)
      Object.assign(owed, { state: 'leased', held: false, attempts: owed.attempts + 1, leasedAt: now })
      owed.firstAt ??= now
      lane.lease = { owed, token: '', until: now + leaseMs }
      const { attempts, firstAt, imagesDropped, unknown } = owed
      const seen = { channel, subject: subjectOf(owed), attempts, firstAt, imagesDropped, task }
      return [{ ...seen, ...(unknown === undefined ? {} : { unknown }) }]
    })
  }

  /** What changes a message that is not there yet waits. */
  #isReady(owed: Owed, now: number): boolean {
    const ready = !('of' in owed.what && ['pending', 'leased'].includes(owed.what.of.state))
    if (!ready) owed.dueAt = now + changeRetryMs
    return ready
  }

  /** Order in a message. */
  #compare(a: Owed, b: Owed): number {
    return this.#post(a).createdAt - this.#post(b).createdAt || a.seq - b.seq
  }

  /** In the words of `taskOf`. */
  #task(owed: Owed): string {
    const { what } = owed
    if (what.kind === 'notice') return `post ${what.text}`
    const message = 'of' in what ? what.of : owed
    const living = this.#owed.filter(o => (o === message || o.head === message) && o.state !== 'dead')
    const shown = living.length > 0 ? living.sort((a, b) => this.#compare(a, b)) : [message]
    const words = (posts: readonly Owed[]) =>
      posts.map(o => `${this.#isStruck(o) ? '-' : ''}${this.#post(o).version}`).join(' ')
    if (message === owed) {
      const wanted = shown.filter(o => !this.#isDeleted(o))
      return `post ${words(wanted.length > 0 ? wanted : shown.slice(0, 1))}`
    }
    const left = shown.filter(o => !this.#isDeleted(o) || this.#isStruck(o))
    const ts = message.ts ?? 'nothing'
    return left.length === 0 ? `delete ${ts}` : `update ${ts} ${words(left)}`
  }

  #isStruck(owed: Owed): boolean {
    const known = owed.what.kind === 'post' ? this.#posts.get(owed.what.postId) : undefined
    return known?.deleted === true && !known.takenDown && this.#strikes.has(owed.channel)
  }

  /** What the store called that which the model had claimed too. */
  took({ delivery: { id, channel }, token }: Claim): void {
    const { lease } = this.#lane(channel)
    if (lease === undefined) return
    lease.token = token
    lease.owed.id = id
  }

  settle({ delivery: { channel }, token }: Claim, { delivery, lane: then }: Settlement, now: number): boolean {
    const lane = this.#lane(channel)
    const owed = lane.lease?.owed
    if (owed === undefined || lane.lease?.token !== token) return false
    lane.lease = undefined
    lane.freeAt = then.freeAt
    lane.held = then.held ?? lane.held
    owed.unknown = undefined
    const together = [owed, ...this.#owed.filter(o => o.head === owed && o.state === 'bundled')]
    if (delivery.state === 'sent') {
      for (const one of together) Object.assign(one, { state: 'sent', ts: delivery.ts })
      if (!('of' in owed.what)) {
        lane.sent += 1
        lane.lastSentAt = now
      }
    }
    if (delivery.state === 'dead')
      for (const one of together) Object.assign(one, { state: 'dead', reason: delivery.reason })
    if (delivery.state === 'pending') {
      const { dueAt, imagesDropped, unknown, counted } = delivery
      Object.assign(owed, { state: 'pending', dueAt, imagesDropped, unknown })
      if (!counted) owed.attempts -= 1
      this.#discardDeleted(owed)
    }
    if (then.gone !== undefined) {
      for (const other of this.#owed) {
        const goes = other.channel === channel && ['pending', 'bundled'].includes(other.state)
        if (goes) Object.assign(other, { state: 'dead', reason: 'channel-gone' })
      }
    }
    return true
  }

  release(channel: string): boolean {
    const lane = this.#lanes.get(channel)
    if (lane?.held === undefined) return false
    lane.held = undefined
    return true
  }

  /** Undefined: the model cannot tell which one it is. */
  redeliver({ id, channel, subject }: DeadDelivery, now: number, force: boolean): boolean | undefined {
    const dead = this.#owed.filter(o => o.channel === channel && o.state === 'dead')
    const same = JSON.stringify(subject)
    const owed = dead.find(o => o.id === id) ?? dead.find(o => o.id === '' && JSON.stringify(subjectOf(o)) === same)
    if (owed === undefined) throw new Error('the model has no such dead delivery')
    if (owed.id === '' && owed.what.kind !== 'post') return undefined
    if ((owed.reason === 'unknowable' && !force) || this.#isDeleted(owed)) return false
    const anew = { state: 'pending', dueAt: now, attempts: 0, firstAt: undefined, imagesDropped: false, reason: '' }
    const { head } = owed
    if (head?.state === 'dead' && head.unknown !== undefined) {
      for (const one of this.#owed.filter(o => o.head === head && o.state === 'dead' && o.reason === 'channel-gone'))
        Object.assign(one, anew, { state: one === head ? 'pending' : 'bundled', held: false })
    } else Object.assign(owed, anew, { head: undefined, held: false })
    return true
  }

  nextDueAt(): number | undefined {
    const times = [...this.#lanes].flatMap(([channel, lane]) => {
      if (lane.held !== undefined) return []
      if (lane.lease !== undefined) return [lane.lease.until]
      const dues = this.#owed.filter(o => o.channel === channel && o.state === 'pending').map(o => o.dueAt)
      return dues.length === 0 ? [] : [Math.max(lane.freeAt, Math.min(...dues))]
    })
    return times.length === 0 ? undefined : Math.min(...times)
  }

  lanes(): LaneState[] {
    return [...this.#lanes.keys()].sort().map(channel => {
      const { sent, held, lastSentAt } = this.#lane(channel)
      const owed = this.#owed.filter(o => o.channel === channel)
      const open = owed.filter(o => ['pending', 'bundled', 'leased'].includes(o.state))
      return {
        channel,
        name: '',
        pending: open.length,
        sent,
        dead: owed.filter(o => o.state === 'dead' && o.reason !== 'discarded').length,
        unknown: open.filter(o => o.unknown !== undefined).length,
        ...(lastSentAt === undefined ? {} : { lastSentAt }),
        ...(held === undefined ? {} : { held }),
      }
    })
  }

  /** Versions of the posts of which there are messages. */
  shownPosts(): string[] {
    const shown = this.#owed.filter(o => o.what.kind === 'post' && o.state === 'sent' && !this.#isDeleted(o))
    return [...new Set(shown.map(o => this.#post(o).version))].sort()
  }
}

function subjectOf({ what }: Owed): Subject {
  if (what.kind === 'post') return { kind: 'post', source: 'x', postId: what.postId }
  return 'of' in what ? { kind: what.kind, of: what.of.id } : what
}

/** When it was written, and of two at the same time the lower id first. */
function written({ createdAt, id }: Post): number {
  return createdAt * 1000 + Number(id)
}
