/**
 * Matching posts against 10, 1,000 and 100,000 keywords: ours beside a loop of `includes` and the `ahocorasick` package, all three
 * on the same posts, in interleaved rounds, as CPU time a post. The package gets its text folded and cut by our own tokenizer, which is
 * better than what it would get elsewhere; the loop only lower-cases, and so finds parts of words too.
 */
import { createRequire } from 'node:module'
import { needleOf } from '../src/domain/filter/text.ts'
import { type Post, plainText } from '../src/domain/post.ts'
import { emptyRoute } from '../src/domain/route.ts'
import { Matcher } from '../src/ingest/match.ts'
import { corpusOf, type Wanted, wantedOf } from './corpus.ts'
import { type Row, tableOf } from './row.ts'

/** A package without types. It says at which place which words end. */
const AhoCorasick: new (words: readonly string[]) => { search(text: string): [number, string[]][] } = createRequire(
  import.meta.url,
)('ahocorasick')

const sizes = [10, 1000, 100_000] as const
const rounds = 5
const channels = 100
/** CPU time that one method may take in one round. */
const roundUs = 60_000

/** Takes posts, says how many had at least one hit. */
type Method = (posts: readonly Post[]) => number

function ours(wanted: readonly Wanted[]): Method {
  const matcher = new Matcher()
  for (let channel = 0; channel < channels; channel++) {
    const mine = wanted.filter((_, index) => index % channels === channel)
    const topics = mine.map(({ kind, text }) => (kind === 'hashtag' ? `#${text}` : `"${text}"`))
    matcher.set({ ...emptyRoute('x', `C${channel}`), topics })
  }
  return posts => posts.reduce((sum, post) => sum + (matcher.match(post).deliver.length > 0 ? 1 : 0), 0)
}

function loop(wanted: readonly Wanted[]): Method {
  const words = wanted.map(({ kind, text }) => (kind === 'hashtag' ? `#${text}` : text).toLowerCase())
  return posts => {
    let hit = 0
    for (const post of posts) {
      const text = plainText(post).toLowerCase()
      let found = 0
      for (const word of words) if (text.includes(word)) found++
      if (found > 0) hit++
    }
    return hit
  }
}

function package_(wanted: readonly Wanted[]): Method {
  const patterns = wanted.map(({ kind, text }) => {
    if (kind === 'run') return spaced(text)
    return kind === 'hashtag' ? ` #${text} ` : ` ${spaced(text)} `
  })
  const automaton = new AhoCorasick(patterns)
  return posts => posts.reduce((sum, post) => sum + (automaton.search(canonical(post)).length > 0 ? 1 : 0), 0)
}

/** Tokens with blanks around each, then the tags: so that a pattern with blanks around it is a whole word. */
function canonical(post: Post): string {
  let words = ''
  let tags = ''
  for (const span of post.text) {
    if (span.kind !== 'link') words += span.text
    if (span.kind === 'hashtag') tags += ` #${span.tag} `
  }
  return ` ${spaced(words)} ${tags}`
}

function spaced(text: string): string {
  const { tokens, glued } = needleOf(text)
  return tokens.map((token, index) => (index > 0 && glued[index] !== true ? ` ${token}` : token)).join('')
}

/** Microseconds of CPU. */
function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

interface Lane {
  readonly name: string
  readonly method: Method
  readonly posts: readonly Post[]
  /** How often it goes through its posts in one round. */
  readonly times: number
  readonly costs: number[]
}

/** Warms a method up and finds how many posts it does in one round's time; a slow one gets fewer posts. */
function laneOf(name: string, method: Method, posts: readonly Post[]): Lane {
  const few = posts.slice(0, 20)
  if (cpuOf(() => method(few)) / few.length > 1000) return { name, method, posts: few, times: 1, costs: [] }
  for (let run = 0; run < 5; run++) method(posts)
  const times = Math.max(1, Math.round(roundUs / cpuOf(() => method(posts))))
  return { name, method, posts, times, costs: [] }
}

/** Median CPU µs a post of each lane, over rounds in which they take turns. */
function race(lanes: readonly Lane[]): ReadonlyMap<string, number> {
  for (let round = 0; round < rounds; round++) {
    for (const { method, posts, times, costs } of lanes) {
      const spent = cpuOf(() => {
        for (let time = 0; time < times; time++) method(posts)
      })
      costs.push(spent / times / posts.length)
    }
  }
  return new Map(lanes.map(({ name, costs }) => [name, median(costs)]))
}

function shown(us: number): string {
  const perSecond = 1e6 / us
  return `${us.toFixed(us < 100 ? 1 : 0)} µs (${perSecond < 1000 ? perSecond.toFixed(0) : `${(perSecond / 1000).toFixed(0)}k`}/s)`
}

export async function benchMatch(): Promise<Row[]> {
  const corpus = corpusOf(1, 2000)
  const rows: Row[] = []
  for (const hits of [false, true]) {
    const wanted = sizes.map(size => wantedOf(2, corpus, size, hits))
    const lanes = wanted.flatMap((list, at) => [
      laneOf(`ours ${sizes[at]}`, ours(list), corpus.posts),
      laneOf(`loop ${sizes[at]}`, loop(list), corpus.posts),
      laneOf(`ahocorasick ${sizes[at]}`, package_(list), corpus.posts),
    ])
    agree(lanes, corpus.posts)
    rows.push(...rowsOf(race(lanes), hits))
  }
  return rows
}

/** A figure is worth nothing if the work was not done: ours and the package must find the same posts. */
function agree(lanes: readonly Lane[], posts: readonly Post[]): void {
  for (const size of sizes) {
    const [one, other] = [`ours ${size}`, `ahocorasick ${size}`].map(name =>
      lanes.find(lane => lane.name === name)?.method(posts),
    )
    if (one !== other)
      throw new Error(`at ${size} keywords ours hits ${one} posts of ${posts.length}, ahocorasick ${other}`)
  }
}

function rowsOf(costs: ReadonlyMap<string, number>, hits: boolean): Row[] {
  const what = hits ? 'with hits' : 'no hits'
  const cost = (name: string, size: number) => costs.get(`${name} ${size}`) ?? Number.NaN
  const rows: Row[] = []
  for (const size of sizes) {
    for (const peer of ['loop', 'ahocorasick']) {
      const ratio = cost(peer, size) / cost('ours', size)
      rows.push({
        what: `match, ${size.toLocaleString('en')} keywords, ${what}`,
        value: shown(cost('ours', size)),
        peer: `${peer === 'loop' ? 'includes loop' : peer} ${shown(cost(peer, size))}`,
        ratio: `${ratio.toFixed(ratio < 10 ? 2 : 0)} x as fast`,
        ...(size === 10 && peer === 'loop' && !hits ? { goal: '≥ 0.67 x', met: ratio >= 1 / 1.5 } : {}),
        ...(size === 100_000 && peer === 'ahocorasick' ? { goal: '≥ 4 x', met: ratio >= 4 } : {}),
      })
    }
  }
  const growth = cost('ours', 100_000) / cost('ours', 10)
  rows.push({
    what: `match, cost at 100,000 against 10, ${what}`,
    value: shown(cost('ours', 100_000)),
    peer: `at 10 ${shown(cost('ours', 10))}`,
    ratio: `${growth.toFixed(1)} x the cost`,
    ...(hits ? {} : { goal: '≤ 4 x', met: growth <= 4 }),
  })
  return rows
}

if (import.meta.main) console.log(tableOf(await benchMatch()))
