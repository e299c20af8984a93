/**
 * Over the cap: which wants to take more broadly, so that the rules fit and as few posts as possible are bought for it. Pure.
 *
 * Small cases are searched through. Otherwise every step is weighed by the posts that it costs for each character of rules that it saves,
 * the best ones are taken until all fits, and those that turn out not to be needed are given back.
 */
import { type Asking, type Broadening, notBroadened } from './asking.ts'
import { shareOf } from './estimate.ts'
import { type Head, itemOf } from './template.ts'
import { broadened, union, type Want } from './want.ts'

/** Combinations looked at one by one. */
const searchedMax = 4096
/** Of large cases, steps that are tried to give back. */
const givenBackMax = 12
/** Heads looked at for exchanges, all together: the more heads, the fewer exchanges are tried. */
const exchangedMax = 20_000
/** Among so many wants, those that are alike are taken together. */
const unitedMax = 12

/** Undefined: it does not fit even when everything is asked for whole. `fits` looks at one broadening. */
export function broaden(
  heads: readonly Head[],
  asking: Asking,
  fits: (broadening: Broadening) => boolean,
): Broadening | undefined {
  const wants = [...new Set(heads.flatMap(head => head.wants))]
  const options = new Map(wants.map(want => [want, optionsOf(want, wants)]))
  const combinations = wants.reduce(
    (product, want) => product * (1 + (options.get(want)?.length ?? 0)),
    2 ** heads.length,
  )
  if (combinations <= searchedMax) return searched(heads, options, fits)
  return greedy(heads, options, asking, fits)
}

/** Posts a day that are bought. */
export function costOf(heads: Iterable<Head>, { wants, whole }: Broadening): number {
  let sum = 0
  for (const head of heads)
    sum += head.rate * (whole.has(head) ? 1 : shareOf(head.wants.map(want => wants.get(want) ?? want)))
  return sum
}

function optionsOf(want: Want, all: readonly Want[]): readonly Want[] {
  const united = all.length > unitedMax ? [] : all.filter(other => other !== want).map(other => union(want, other))
  return [...broadened(want), ...united]
}

type Options = ReadonlyMap<Want, readonly Want[]>

function searched(
  heads: readonly Head[],
  options: Options,
  fits: (broadening: Broadening) => boolean,
): Broadening | undefined {
  let combinations: Broadening[] = [notBroadened]
  for (const [want, wider] of options) {
    combinations = combinations.flatMap(each => [
      each,
      ...wider.map(option => ({ ...each, wants: new Map([...each.wants, [want, option]]) })),
    ])
  }
  for (const head of heads)
    combinations = combinations.flatMap(each => [each, { ...each, whole: new Set([...each.whole, head]) }])
  return combinations
    .map(broadening => ({ broadening, cost: costOf(heads, broadening) }))
    .sort((a, b) => a.cost - b.cost)
    .find(({ broadening }) => fits(broadening))?.broadening
}

/** One way to save characters. */
interface Step {
  readonly want?: readonly [Want, Want]
  readonly head?: Head
  /** Posts a day for each character saved. */
  readonly price: number
}

function greedy(
  heads: readonly Head[],
  options: Options,
  asking: Asking,
  fits: (broadening: Broadening) => boolean,
): Broadening | undefined {
  const charsOf = (head: Head, broadening: Broadening) =>
    asking.templates(head, broadening).reduce((sum, template) => sum + itemOf(head, template).length + ' OR '.length, 0)
  const saving = (concerned: readonly Head[], step: Broadening, tails: number) => {
    let chars = tails
    for (const head of concerned) chars += charsOf(head, notBroadened) - charsOf(head, step)
    return chars
  }
  const steps: Step[] = []
  for (const head of heads) {
    const step = { wants: new Map(), whole: new Set([head]) }
    const price = (costOf([head], step) - costOf([head], notBroadened)) / Math.max(1, saving([head], step, 0))
    steps.push({ head, price })
  }
  for (const [want, wider] of options) {
    const concerned = heads.filter(head => head.wants.includes(want))
    for (const option of wider) {
      const step = { wants: new Map([[want, option]]), whole: new Set<Head>() }
      const chars = saving(concerned, step, tailChars(asking, want) - tailChars(asking, option))
      if (chars > 0)
        steps.push({ want: [want, option], price: (costOf(concerned, step) - costOf(concerned, notBroadened)) / chars })
    }
  }
  const found = [steps, steps.filter(step => step.head !== undefined)]
    .map(each => firstThatFits(each, fits))
    .filter(taken => taken !== undefined)
    .map(taken => giveBack(taken, fits))
    .map(taken => broadeningOf(exchanged(taken, steps, heads, fits)))
  return found.sort((a, b) => costOf(heads, a) - costOf(heads, b))[0]
}

/** What the tails of a want take at least, wherever it is asked for. */
function tailChars(asking: Asking, want: Want): number {
  const someone: Head = { kind: 'account', id: '', inReposts: '', name: '', wants: [want], rate: 0 }
  return asking.templates(someone, notBroadened).reduce((sum, { tail }) => sum + tail.length, 0)
}

/** The cheapest steps, no more than needed; undefined where all of them are not enough. */
function firstThatFits(steps: readonly Step[], fits: (broadening: Broadening) => boolean): readonly Step[] | undefined {
  const sorted = [...steps].sort((a, b) => a.price - b.price)
  if (!fits(broadeningOf(sorted))) return undefined
  let enough = sorted.length
  let tooFew = 0
  while (enough - tooFew > 1) {
    const middle = (enough + tooFew) >> 1
    if (fits(broadeningOf(sorted.slice(0, middle)))) enough = middle
    else tooFew = middle
  }
  return sorted.slice(0, enough)
}

/** Without the dear steps that were not needed after all; one is not given back. */
function giveBack(steps: readonly Step[], fits: (broadening: Broadening) => boolean, needed?: Step): readonly Step[] {
  let taken = steps
  for (const step of [...steps].reverse().slice(0, givenBackMax)) {
    if (step === needed) continue
    const without = taken.filter(other => other !== step)
    if (fits(broadeningOf(without))) taken = without
  }
  return taken
}

/** With steps that make others superfluous which together cost more. */
function exchanged(
  steps: readonly Step[],
  all: readonly Step[],
  heads: readonly Head[],
  fits: (broadening: Broadening) => boolean,
): readonly Step[] {
  let best = steps
  let cost = costOf(heads, broadeningOf(best))
  let tries = Math.floor(exchangedMax / (heads.length * givenBackMax))
  for (const step of [...all].sort((a, b) => a.price - b.price)) {
    if (best.includes(step)) continue
    if (--tries < 0) break
    const attempt = giveBack([...best, step], fits, step)
    const attemptCost = costOf(heads, broadeningOf(attempt))
    if (attemptCost >= cost) continue
    best = attempt
    cost = attemptCost
  }
  return best
}

/** Steps taken together: a want that is broadened twice is broadened in both ways. */
function broadeningOf(steps: readonly Step[]): Broadening {
  const wants = new Map<Want, Want>()
  const whole = new Set<Head>()
  for (const { want, head } of steps) {
    if (head !== undefined) whole.add(head)
    if (want === undefined) continue
    const before = wants.get(want[0])
    wants.set(want[0], before === undefined ? want[1] : union(before, want[1]))
  }
  return { wants, whole }
}
