/** Which kinds of posts and which languages come into a channel. Without arguments it shows how it is set. */
import { defaultKinds, emptyRoute, type Kinds, type Route } from '../domain/route.ts'
import { nearest } from '../kit/similar.ts'
import { tidy } from './args.ts'
import { alter, type Control, routeOf, told } from './control.ts'
import { code, listed, signature } from './words.ts'

/** What people say for a kind. */
const kindNames: Readonly<Record<string, keyof Kinds>> = {
  originals: 'original',
  original: 'original',
  posts: 'original',
  quotes: 'quote',
  quote: 'quote',
  reposts: 'repost',
  repost: 'repost',
  retweets: 'repost',
  retweet: 'repost',
  threads: 'thread',
  thread: 'thread',
  replies: 'reply',
  reply: 'reply',
}
const shownKinds: readonly [string, keyof Kinds][] = [
  ['originals', 'original'],
  ['quotes', 'quote'],
  ['reposts', 'repost'],
  ['threads', 'thread'],
  ['replies', 'reply'],
]
const languageWords = ['language', 'languages', 'lang']
const switches: Readonly<Record<string, boolean>> = { on: true, yes: true, off: false, no: false }
const usage =
  'For example: `/birdwire options replies on`, `/birdwire options reposts off`, `/birdwire options language en,de`.'

interface Wish {
  readonly kinds: Partial<Kinds>
  readonly languages?: readonly string[]
}

export const options: Control = async (deps, who, channel, args) => {
  const wish = read(args)
  if (typeof wish === 'string') return told(wish)
  if (Object.keys(wish.kinds).length === 0 && wish.languages === undefined)
    return told(settings((await routeOf(deps, channel)) ?? emptyRoute(deps.source.name, channel)))

  let after: Route | undefined
  const changed = await alter(deps, who, channel, route => {
    after = {
      ...route,
      kinds: { ...route.kinds, ...wish.kinds },
      languages: wish.languages ?? route.languages,
    }
    const what = differences(route, after)
    if (what.length === 0) return undefined
    return { route: after, what: `set ${listed(what)}`, notice: `${signature(who)} set ${listed(what)}.` }
  })
  const lines = [changed ? 'Done.' : 'It is set like that already.']
  if (after !== undefined) lines.push(settings(after))
  return { text: lines.join('\n'), changed }
}

/** What was typed as a wish, or the sentence that says what is wrong with it. All or nothing: half a setting surprises. */
function read(args: string): Wish | string {
  const words = tidy(args)
    .toLowerCase()
    .split(/[\s,;=:]+/)
    .filter(word => word !== '')
  const kinds: Partial<Record<keyof Kinds, boolean>> = {}
  let languages: readonly string[] | undefined
  for (let i = 0; i < words.length; ) {
    const name = words[i++] ?? ''
    const kind = kindOf(name)
    if (languageWords.includes(name)) {
      const from = i
      while (i < words.length && !isOption(words[i] ?? '')) i++
      const read = readLanguages(words.slice(from, i))
      if (typeof read === 'string') return read
      languages = read
    } else if (kind === undefined) {
      const close = nearest(name, [...Object.keys(kindNames), 'language'])
      return `There is no option ${code(name)}.${close === undefined ? '' : ` Did you mean \`${close}\`?`} ${usage}`
    } else {
      const value = words[i++] ?? ''
      if (!Object.hasOwn(switches, value)) return `${code(name)} can be \`on\` or \`off\`. ${usage}`
      kinds[kind] = switches[value] === true
    }
  }
  return { kinds, ...(languages === undefined ? {} : { languages }) }
}

const kindOf = (name: string) => (Object.hasOwn(kindNames, name) ? kindNames[name] : undefined)
const isOption = (word: string) => kindOf(word) !== undefined || languageWords.includes(word)

/** `en`, `de` → primary tags; `any` → none. A sentence if one is no language. */
function readLanguages(tags: readonly string[]): readonly string[] | string {
  if (tags.length === 0) return 'Which language? For example `/birdwire options language en,de`, or `any`.'
  if (tags.length === 1 && (tags[0] === 'any' || tags[0] === 'all')) return []
  const wrong = tags.find(tag => !/^[a-z]{2,3}(?:-[a-z0-9]+)*$/.test(tag) || tag === 'any' || tag === 'all')
  if (wrong !== undefined)
    return `${code(wrong)} is not a language code. Use two letters like \`en\`, \`de\`, \`ja\`, or \`any\`.`
  return [...new Set(tags.map(tag => tag.split('-')[0] ?? tag))].toSorted()
}

function differences(before: Route, after: Route): string[] {
  const kinds = shownKinds
    .filter(([, kind]) => before.kinds[kind] !== after.kinds[kind])
    .map(([name, kind]) => `${name} ${after.kinds[kind] ? 'on' : 'off'}`)
  const sameLanguages = before.languages.join() === after.languages.join()
  return sameLanguages ? kinds : [...kinds, `language to ${languagesOf(after)}`]
}

const languagesOf = (route: Route) => (route.languages.length === 0 ? 'any' : route.languages.join(', '))

/** All settings of a route in one line, the way `list` shows them too. */
export function settings(route: Route): string {
  const kinds = shownKinds.map(([name, kind]) => {
    const usual = route.kinds[kind] === defaultKinds[kind]
    return `${name} ${usual ? '' : '*'}${route.kinds[kind] ? 'on' : 'off'}${usual ? '' : '*'}`
  })
  return `Options: ${kinds.join(', ')}; language ${languagesOf(route)}.`
}
