/** The store as plain arrays: slow, in memory, and simple enough to be seen to be right. */
import type { Delivery, Settlement, Subject } from '../../src/domain/delivery.ts'
import type { Claim, DeadDelivery, Intake, IntakeResult, LaneState } from '../../src/store/store.ts'

interface Owed {
  readonly channel: string
  readonly subject: Subject
  state: 'pending' | 'leased' | 'sent' | 'dead'
  dueAt: number
  attempts: number
  firstAt: number | undefined
  leasedAt: number
  imagesDropped: boolean
  unknown: Delivery['unknown']
  reason: string
}

interface Lane {
  freeAt: number
  held: string | undefined
  lease: { readonly owed: Owed; token: string; until: number } | undefined
  sent: number
  lastSentAt: number | undefined
}

export class StoreModel {
  cursor: string | undefined
  readonly tallies = new Map<IntakeResult, number>()
  readonly #posts = new Map<string, { version: number; deleted: boolean }>()
  readonly #owed: Owed[] = []
  readonly #lanes = new Map<string, Lane>()

  commit(intakes: readonly Intake[], now: number): IntakeResult[] {
    return intakes.map(intake => {
      const result = this.#take(intake, now)
      this.cursor = intake.arrival.cursor
      this.tallies.set(result, (this.tallies.get(result) ?? 0) + 1)
      return result
    })
  }

  #take({ arrival, deliver }: Intake, now: number): IntakeResult {
    if (arrival.kind === 'delete') {
      const post = this.#posts.get(arrival.postId)
      if (post !== undefined) {
        post.deleted = true
        for (const owed of this.#owed) if (isOf(owed, arrival.postId)) this.#discardIfDeleted(owed)
      }
      return 'deleted'
    }
    if (arrival.kind !== 'post') throw new Error('the walk has posts and deletes only')
    const { id } = arrival.post
    const version = Number(arrival.post.version)
    const known = this.#posts.get(id)
    if (known !== undefined && (known.deleted || known.version >= version)) return 'duplicate'
    this.#posts.set(id, { version, deleted: false })
    for (const { channel } of deliver) {
      const had = this.#owed.some(o => o.channel === channel && isOf(o, id))
      if (!had) this.#owe(channel, { kind: 'post', source: 'x', postId: id }, now)
    }
    return known === undefined ? 'stored' : 'edited'
  }

  #discardIfDeleted(owed: Owed): void {
    const deleted = owed.subject.kind === 'post' && this.#posts.get(owed.subject.postId)?.deleted
    if (deleted && owed.state === 'pending') Object.assign(owed, { state: 'dead', reason: 'discarded' })
  }

  #owe(channel: string, subject: Subject, now: number): void {
    this.#lane(channel)
    this.#owed.push({
      channel,
      subject,
      state: 'pending',
      dueAt: now,
      attempts: 0,
      firstAt: undefined,
      leasedAt: 0,
      imagesDropped: false,
      unknown: undefined,
      reason: '',
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
      Object.assign(owed, { state: 'pending', dueAt: now, unknown: { since, checks: 0, why } })
      this.#discardIfDeleted(owed)
      lane.lease = undefined
    }
  }

  claim(now: number, leaseMs: number): { readonly seen: Omit<Delivery, 'id'> }[] {
    const late = (lane: Lane) => lane.lease !== undefined && lane.lease.until <= now
    this.#expire(now, late, 'the worker that was sending it did not come back in time')
    return [...this.#lanes].flatMap(([channel, lane]) => {
      if (lane.held !== undefined || lane.lease !== undefined || lane.freeAt > now) return []
      const owed = this.#owed.find(o => o.channel === channel && o.state === 'pending' && o.dueAt <= now)
      if (owed === undefined) return []
      owed.state = 'leased'
      owed.attempts += 1
      owed.firstAt ??= now
      owed.leasedAt = now
      lane.lease = { owed, token: '', until: now + leaseMs }
      const { subject, attempts, firstAt, imagesDropped, unknown } = owed
      const seen = { channel, subject, attempts, firstAt, imagesDropped, ...(unknown === undefined ? {} : { unknown }) }
      return [{ seen }]
    })
  }

  /** The token that the store gave to what the model had claimed too. */
  took({ delivery: { channel }, token }: Claim): void {
    const { lease } = this.#lane(channel)
    if (lease !== undefined) lease.token = token
  }

  settle({ delivery: { channel }, token }: Claim, { delivery, lane: then }: Settlement, now: number): boolean {
    const lane = this.#lane(channel)
    const owed = lane.lease?.owed
    if (owed === undefined || lane.lease?.token !== token) return false
    lane.lease = undefined
    lane.freeAt = then.freeAt
    lane.held = then.held ?? lane.held
    owed.state = delivery.state
    owed.unknown = undefined
    if (delivery.state === 'sent') {
      lane.sent += 1
      lane.lastSentAt = now
    }
    if (delivery.state === 'dead') owed.reason = delivery.reason
    if (delivery.state === 'pending') {
      const { dueAt, imagesDropped, unknown, counted } = delivery
      Object.assign(owed, { dueAt, imagesDropped, unknown })
      if (!counted) owed.attempts -= 1
      this.#discardIfDeleted(owed)
    }
    if (then.gone !== undefined) {
      for (const other of this.#owed) {
        const goes = other.channel === channel && other.state === 'pending'
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

  redeliver({ channel, subject, reason }: DeadDelivery, now: number, force: boolean): boolean {
    if (reason === 'unknowable' && !force) return false
    const same = JSON.stringify(subject)
    const owed = this.#owed.find(o => o.channel === channel && o.state === 'dead' && JSON.stringify(o.subject) === same)
    if (owed === undefined) throw new Error('the model has no such dead delivery')
    const anew = { state: 'pending', dueAt: now, attempts: 0, firstAt: undefined, imagesDropped: false, reason: '' }
    Object.assign(owed, anew)
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
      const open = owed.filter(o => o.state === 'pending' || o.state === 'leased')
      return {
        channel,
        name: '',
        pending: open.length,
        sent,
        dead: owed.filter(o => o.state === 'dead').length,
        unknown: open.filter(o => o.unknown !== undefined).length,
        ...(lastSentAt === undefined ? {} : { lastSentAt }),
        ...(held === undefined ? {} : { held }),
      }
    })
  }
}

function isOf({ subject }: Owed, postId: string): boolean {
  return subject.kind === 'post' && subject.postId === postId
}
