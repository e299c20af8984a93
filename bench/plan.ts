/**
 * What the rules buy: of the posts of simulated worlds those that X would charge for, by our rules when every channel is read cheaply and
 * when it is read completely, beside rules that buy everything of the followed accounts, and beside the posts that channels want, of which
 * none may be missing. Ten channels a world, made up; the same for the same seed.
 */
import { createWorld, type World } from '../sim/world/world.ts'
import { envelop } from '../sim/x/envelope.ts'
import { parseRule, type RuleNode } from '../sim/x/grammar.ts'
import { matches, prepare, type Subject } from '../sim/x/match.ts'
import { readSelection } from '../sim/x/select.ts'
import type { Post } from '../src/domain/post.ts'
import { emptyRoute, type Route } from '../src/domain/route.ts'
import { Matcher } from '../src/ingest/match.ts'
import { xRuleCharsMax } from '../src/limits.ts'
import { postFields } from '../src/source/x/client.ts'
import { planRules } from '../src/source/x/rules/plan.ts'
import { toPost } from '../src/source/x/to-post.ts'
import { type Random, randomOf } from './corpus.ts'
import { type Row, tableOf } from './row.ts'

const seeds = [1, 2, 3] as const
const channels = 10
const posts = 4000
/** Rules that the app may have: as many as a paying one, as few as a free one. */
const caps = [1000, 5] as const

interface Seen {
  readonly here: Post
  readonly there: Subject
}

function some<T>(random: Random, list: readonly T[], chance: number): readonly T[] {
  return list.filter(() => random() < chance)
}

/** Like those of a research group: half of the channels take whatever their accounts write, the others look for words or keep some out. */
function routesOf(world: World, random: Random): readonly Route[] {
  const people = world.users().filter(user => user.state === 'active')
  return Array.from({ length: channels }, (_, index) => ({
    ...emptyRoute('x', `C${index}`),
    follows: some(random, people, 0.25).map(({ id, handle, name }) => ({ source: 'x' as const, id, handle, name })),
    keywords:
      index % 2 === 0 ? [] : some(random, ['axion', '"dark matter"', 'xenon', 'muon', '#ligo', 'calibration'], 0.5),
    topics: index % 5 === 0 ? ['"dark matter" -giveaway'] : [],
    blocks: index % 3 === 0 ? ['giveaway', 'free'] : [],
    languages: index === 4 ? ['en'] : [],
    kinds: { ...emptyRoute('x', '').kinds, reply: index === 7, repost: index !== 2 },
  }))
}

function received(world: World, post: ReturnType<World['next']>): Post {
  const selection = readSelection(new URLSearchParams(postFields), false)
  if (!('spell' in selection)) throw new Error('the simulator refuses our own fields')
  const { data, includes, errors } = envelop(world, [post], selection, 'http://pictures.example')
  const reading = toPost(JSON.stringify(selection.spell({ data: data[0], includes, errors, matching_rules: [] })))
  if (reading.kind === 'drop') throw new Error(`a post of the world cannot be read: ${reading.detail}`)
  return reading.post
}

function rulesOf(routes: readonly Route[], cap: number, rates: ReadonlyMap<string, number>): readonly RuleNode[] {
  const plan = planRules(routes, { cap, charsMax: xRuleCharsMax, refused: new Map(), rates, existing: [] })
  return plan.rules.map(({ value }) => {
    const parsed = parseRule(value, 'stream')
    if (!('tree' in parsed)) throw new Error(`X refuses ${value}: ${parsed.details.join(' ')}`)
    return parsed.tree
  })
}

/** What a reader asks for that knows only accounts and topics. */
function everythingOf(routes: readonly Route[]): readonly Route[] {
  const kinds = { original: true, quote: true, repost: true, thread: true, reply: true }
  return routes.map(({ channel, follows, topics }) => ({ ...emptyRoute('x', channel), follows, topics, kinds }))
}

interface Figures {
  readonly wanted: number
  readonly missed: number
  readonly bought: ReadonlyMap<string, number>
}

function measure(seed: number): Figures {
  const world = createWorld({ seed, now: Date.UTC(2026, 10, 20), neighbours: true })
  const random = randomOf(seed)
  const seen: readonly Seen[] = Array.from({ length: posts }, () => world.next())
    .map(post => ({ here: received(world, post), there: prepare(world, post, 'stream') }))
    .filter(({ here }) => here.innerMissing === undefined)
  const routes = routesOf(world, random)
  const rates = new Map<string, number>()
  for (const { here } of seen) rates.set(here.author.id, (rates.get(here.author.id) ?? 0) + 1)
  const matcher = new Matcher()
  for (const route of routes) matcher.set(route)
  const wanted = new Set(seen.filter(({ here }) => matcher.match(here).deliver.length > 0))
  const bought = new Map<string, number>()
  let missed = 0
  const count = (name: string, rules: readonly RuleNode[]) => {
    const through = new Set(seen.filter(({ there }) => rules.some(rule => matches(rule, there))))
    bought.set(name, through.size)
    for (const post of wanted) if (!through.has(post)) missed += 1
  }
  for (const cap of caps) count(`cheap ${cap}`, rulesOf(routes, cap, rates))
  const complete = routes.map(route => ({ ...route, reading: 'complete' as const }))
  count('complete', rulesOf(complete, 1000, rates))
  count('everything', rulesOf(everythingOf(routes), 1000, rates))
  return { wanted: wanted.size, missed, bought }
}

function shown(count: number, wanted: number): string {
  return `${count} posts, ${(count / wanted).toFixed(2)} a post wanted`
}

export async function benchPlan(): Promise<readonly Row[]> {
  const rows: Row[] = []
  const figures = seeds.map(measure)
  for (const [index, { wanted, bought }] of figures.entries()) {
    const of = (name: string) => bought.get(name) ?? Number.NaN
    const row = (what: string, name: string): Row => ({
      what: `plan, bought ${what}, world ${seeds[index]}`,
      value: shown(of(name), wanted),
      peer: `everything of the followed ${shown(of('everything'), wanted)}`,
      ratio: `${(of(name) / of('everything')).toFixed(2)} x the posts`,
    })
    const cheap = of('cheap 1000')
    rows.push(
      { ...row('cheaply', 'cheap 1000'), goal: '≤ 1.05 a post wanted', met: cheap <= 1.05 * wanted },
      row('cheaply by 5 rules', 'cheap 5'),
      row('completely', 'complete'),
    )
  }
  const missed = figures.reduce((sum, figure) => sum + figure.missed, 0)
  rows.push({ what: 'plan, wanted posts that no rule lets through', value: `${missed}`, goal: '0', met: missed === 0 })
  return rows
}

if (import.meta.main) console.log(tableOf(await benchPlan()))
