/**
 * Controls on a real store, with a network that knows a few invented people: for tests of whatever people can do. No network, no
 * real time.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ControlDeps } from '../../src/control/control.ts'
import { type Controls, createControls } from '../../src/control/controls.ts'
import type { Account, Resolution } from '../../src/domain/account.ts'
import type { Arrival } from '../../src/domain/arrival.ts'
import type { Post } from '../../src/domain/post.ts'
import type { Route } from '../../src/domain/route.ts'
import { holdOf } from '../../src/ingest/hours.ts'
import { judging } from '../../src/ingest/judging.ts'
import { ManualClock } from '../../src/kit/clock.ts'
import type { Group, GroupMembers, GroupPrice, LookedUp, Newest, Source, SourceState } from '../../src/source/source.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'

const account = (id: string, handle: string, name: string): Account => ({ source: 'x', id, handle, name })

export const people: readonly Account[] = [
  account('101', 'mira_okafor', 'Mira Okafor'),
  account('102', 'tomas_lind', 'Tomás Lind'),
  account('103', 'IBM', 'IBM'),
  account('104', 'ligo_lab', 'LIGO Lab'),
  account('105', 'channel', '<!channel> *boss*'),
]

/** Knows `people` by handle in any case, one that is suspended and one that is protected. */
export class FakeSource implements Source {
  readonly name = 'x'
  readonly known = new Map(people.map(person => [person.handle.toLowerCase(), person]))
  /** Everything that was asked for, in order. */
  readonly asked: string[] = []
  /** When set, no answer comes before it resolves. */
  gate: Promise<void> | undefined
  current: SourceState = { name: 'x', state: 'streaming', since: 0, detail: '', connects: 1, problems: [] }

  async resolve(inputs: readonly string[]): Promise<readonly Resolution[]> {
    this.asked.push(...inputs)
    await this.gate
    return inputs.map(input => this.#one(input))
  }

  /** What X would answer to these. */
  newestSays: Newest = { kind: 'nothing' }
  goneIds: readonly string[] | undefined = []
  usageSays: readonly { readonly day: string; readonly posts: number }[] | string = []
  disconnectSays = 'X ended one connection of this app.'

  async *stream(): AsyncIterable<Arrival> {}

  async newest(): Promise<Newest> {
    return this.newestSays
  }

  async gone(): Promise<readonly string[] | undefined> {
    return this.goneIds
  }

  async usage(): Promise<readonly { readonly day: string; readonly posts: number }[] | string> {
    return this.usageSays
  }

  async disconnectAll(): Promise<string> {
    return this.disconnectSays
  }

  /** What naming the accounts of a group costs, by the list's id or the handle; anything else is not there. */
  readonly groups = new Map<string, { readonly name: string; readonly accounts: readonly Account[] }>([
    ['1600', { name: 'the list “Labs”', accounts: people.slice(2) }],
  ])

  async priceOf(group: Group): Promise<GroupPrice | string> {
    const id = group.kind === 'list' ? group.id : group.handle
    const found = this.groups.get(id)
    if (found === undefined) return 'X shows no list there.'
    return { id, name: found.name, accounts: found.accounts.length, microsEach: 10_000 }
  }

  async members(_group: Group, price: GroupPrice, max: number): Promise<GroupMembers> {
    return { accounts: (this.groups.get(price.id)?.accounts ?? []).slice(0, max), protectedHandles: [] }
  }

  /** When posts were written, by id; what the network is asked for, by account id; the posts it would give, by id. */
  readonly written = new Map<string, number>()
  asking: ReadonlyMap<string, readonly string[]> | undefined
  readonly posts = new Map<string, LookedUp>()

  writtenAt(postId: string): number | undefined {
    return this.written.get(postId)
  }

  asks(accountId: string): readonly string[] | undefined {
    return this.asking === undefined ? undefined : (this.asking.get(accountId) ?? [])
  }

  async lookUp(postId: string): Promise<LookedUp> {
    this.asked.push(postId)
    return this.posts.get(postId) ?? { kind: 'gone', why: 'X has no such post.' }
  }

  state(): SourceState {
    return this.current
  }

  #one(input: string): Resolution {
    const handle = input.replace(/^https?:\/\/[^/]+\//, '').replace(/^@/, '')
    const found = this.known.get(handle.toLowerCase())
    if (found !== undefined) return { kind: 'found', input, account: found }
    if (!/^\w{1,15}$/.test(handle)) return { kind: 'invalid', input, why: `"${input}" cannot be a name on X.` }
    if (handle === 'locked') return { kind: 'protected', input, why: '@locked shows its posts to followers only.' }
    return { kind: 'unknown', input, why: `There is no @${handle} on X.` }
  }
}

export interface Rig {
  readonly store: Store
  readonly source: FakeSource
  readonly clock: ManualClock
  readonly deps: ControlDeps
  readonly controls: Controls
  /** How often somebody was told that routes changed. */
  changes(): number
  route(channel: string): Promise<Route | undefined>
  /** Lines that Birdwire owes the channel, oldest first; they count as sent then. */
  notices(channel: string): Promise<readonly string[]>
  [Symbol.asyncDispose](): Promise<void>
}

export async function controlsRig(): Promise<Rig> {
  const dir = mkdtempSync(join(tmpdir(), 'birdwire-controls-'))
  const clock = new ManualClock()
  let ids = 0
  const store = await openStore({ dir, clock, newId: () => `id${++ids}` })
  const source = new FakeSource()
  let changes = 0
  const deps: ControlDeps = {
    store,
    source,
    clock,
    signal: new AbortController().signal,
    changed: async () => {
      changes++
    },
    findings: async () => [],
    judging,
    holdOf,
    sources: () => [source.state()],
  }
  return {
    store,
    source,
    clock,
    deps,
    controls: createControls(deps),
    changes: () => changes,
    route: async channel => (await store.routes()).find(route => route.channel === channel),
    notices: channel => drain(store, clock, channel),
    [Symbol.asyncDispose]: async () => {
      await store.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function drain(store: Store, clock: ManualClock, channel: string): Promise<readonly string[]> {
  const texts: string[] = []
  for (;;) {
    const claims = await store.claim(clock.now(), 60_000, 10)
    if (claims.length === 0) return texts
    for (const claim of claims) {
      if (claim.content.kind === 'notice' && claim.delivery.channel === channel) texts.push(claim.content.text)
      const sent = { state: 'sent', ts: `${texts.length}.000001` } as const
      await store.settle(claim, { delivery: sent, lane: { freeAt: clock.now() } }, clock.now())
    }
  }
}

/** A plain post of somebody in `people`. */
export function postBy(author: Account, id: string, text: string): Post {
  const url = `https://x.com/${author.handle}`
  return {
    source: 'x',
    id,
    version: id,
    relation: 'original',
    author: { id: author.id, handle: author.handle, name: author.name, url },
    createdAt: Date.UTC(2026, 0, 5, 8),
    text: [{ kind: 'text', text }],
    media: [],
    sensitive: false,
    url: `${url}/status/${id}`,
    edited: false,
  }
}
