/** What a channel wants, as people read it: everyone followed, every keyword, topic and block, and how it is set. */
import { emptyRoute, type Route } from '../domain/route.ts'
import { answerCharsMax } from '../limits.ts'
import { type Control, type ControlDeps, routeOf, told } from './control.ts'
import { settings } from './options.ts'
import { comingInWords } from './pace-words.ts'
import { code, person, plain } from './words.ts'

export const list: Control = async (deps, _who, channel) => {
  const route = await routeOf(deps, channel)
  return told(route === undefined || isEmpty(route) ? nothingYet : describe(route))
}

/** Only whom the channel follows: what the old `/users` showed. */
export const listFollows: Control = async (deps, _who, channel) => {
  const route = await routeOrEmpty(deps, channel)
  if (route.follows.length === 0) return told('Nobody is followed here yet. `/birdwire follow NAME` starts it.')
  return told(shelf('Followed here', route.follows.map(person), answerCharsMax))
}

/** Only keywords and blocks: what the old `/keywords` showed. */
export const listKeywords: Control = async (deps, _who, channel) => {
  const route = await routeOrEmpty(deps, channel)
  const lines = [keywordLine(route, answerCharsMax / 2)]
  if (route.blocks.length > 0) lines.push(shelf('Kept out', route.blocks.map(code), answerCharsMax / 2))
  return told(lines.join('\n'))
}

export const listTopics: Control = async (deps, _who, channel) => {
  const route = await routeOrEmpty(deps, channel)
  if (route.topics.length === 0)
    return told('No topics here. `/birdwire topic add EXPRESSION` brings posts from anyone that match.')
  return told(shelf('Topics, from anyone', route.topics.map(code), answerCharsMax))
}

const nothingYet =
  'Nothing is wanted here yet. `/birdwire follow NAME` follows somebody on X, `/birdwire topic add "dark matter"` brings posts from anyone about it, `/birdwire help` shows the rest.'

async function routeOrEmpty(deps: ControlDeps, channel: string): Promise<Route> {
  return (await routeOf(deps, channel)) ?? emptyRoute(deps.source.name, channel)
}

function isEmpty(route: Route): boolean {
  return [route.follows, route.keywords, route.topics, route.blocks, route.muted].every(items => items.length === 0)
}

function describe(route: Route): string {
  const share = answerCharsMax / 5
  const lines = [shelf('Followed here', route.follows.map(person), share), keywordLine(route, share)]
  if (route.topics.length > 0) lines.push(shelf('Topics, from anyone', route.topics.map(code), share))
  if (route.blocks.length > 0) lines.push(shelf('Kept out', route.blocks.map(code), share))
  if (route.muted.length > 0) lines.push(shelf('Muted', route.muted.map(person), share))
  lines.push(settings(route), `Messages come ${comingInWords(route.pace)}.`)
  if (route.paused) lines.push('*Paused*: nothing new comes until `/birdwire resume`.')
  return lines.join('\n')
}

function keywordLine(route: Route, charsMax: number): string {
  const heading =
    route.keywords.length === 0 ? '*Keywords*: none' : shelf('Keywords', route.keywords.map(code), charsMax)
  return `${heading}. ${keywordRule(route)}.`
}

/** What a channel's keywords do, the same sentence wherever it is said; without its full stop. */
export function keywordRule({ keywords }: Pick<Route, 'keywords'>): string {
  if (keywords.length === 0) return 'Everything comes that those followed here post'
  const one = keywords.length === 1 ? 'the keyword' : `one of the ${keywords.length} keywords`
  return `Only what matches ${one} here comes`
}

/** A heading with its items, cut where a message would become too long, with the count of what is not shown. */
function shelf(heading: string, items: readonly string[], charsMax: number): string {
  let length = 0
  const shown = items.filter(item => {
    length += item.length + 2
    return length <= charsMax
  })
  const rest = items.length - shown.length
  const more = rest === 0 ? '' : ` and ${rest} more (\`birdwire export\` on the server shows all)`
  return `*${plain(heading)}* (${items.length}): ${items.length === 0 ? 'nobody' : shown.join(', ')}${more}`
}
