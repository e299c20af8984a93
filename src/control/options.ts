/**
 * Which kinds of posts and which languages come into a channel, how they are bought, what becomes of a message whose post is deleted, what
 * goes together, in whose name messages are, and who may change all that. Without arguments it shows how it is set.
 */
import { unitPrice } from '../domain/money/dollars.ts'
import { xRateCard } from '../domain/rate-card.ts'
import { defaultKinds, emptyRoute, type Kinds, type Route } from '../domain/route.ts'
import { nearest } from '../kit/similar.ts'
import { tidy } from './args.ts'
import { alter, type Control, type ControlDeps, routeOf, told } from './control.ts'
import { paceInWords } from './pace-words.ts'
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
type Choices = Pick<Route, 'reading' | 'deletions' | 'together' | 'links' | 'identity' | 'locked'>
/** What people type for an option that is one of a few words, then for each of its values. */
const reading: Readonly<Record<string, Partial<Choices>>> = {
  cheap: { reading: 'cheap' },
  complete: { reading: 'complete' },
}
const deletions: Readonly<Record<string, Partial<Choices>>> = {
  remove: { deletions: 'remove' },
  strike: { deletions: 'strike' },
  strikethrough: { deletions: 'strike' },
}
const together: Readonly<Record<string, Partial<Choices>>> = {
  on: { together: true },
  off: { together: false },
  yes: { together: true },
  no: { together: false },
}
const links: Readonly<Record<string, Partial<Choices>>> = { thread: { links: 'thread' }, each: { links: 'each' } }
const identity: Readonly<Record<string, Partial<Choices>>> = {
  birdwire: { identity: 'birdwire' },
  author: { identity: 'author' },
}
const locked: Readonly<Record<string, Partial<Choices>>> = {
  on: { locked: true },
  off: { locked: false },
  yes: { locked: true },
  no: { locked: false },
}
const choiceNames: Readonly<Record<string, typeof reading>> = {
  ...{ reading, deletions, deletion: deletions, together, links, link: links },
  ...{ name: identity, names: identity, identity, locked, lock: locked },
}
const languageWords = ['language', 'languages', 'lang']
const switches: Readonly<Record<string, boolean>> = { on: true, yes: true, off: false, no: false }
const usage =
  'For example: `/birdwire options replies on`, `/birdwire options language en,de`, `/birdwire options reading complete`, `/birdwire options together off`.'

interface Wish {
  readonly kinds: Partial<Kinds>
  readonly choices: Partial<Choices>
  readonly languages?: readonly string[]
}

export const options: Control = async (deps, who, channel, args) => {
  const wish = read(args)
  if (typeof wish === 'string') return told(wish)
  if (Object.keys({ ...wish.kinds, ...wish.choices }).length === 0 && wish.languages === undefined) {
    const route = (await routeOf(deps, channel)) ?? emptyRoute(deps.source.name, channel)
    return told(
      [settings(route), readingInWords[route.reading], deletionsOf(deps, route.deletions), rest(route)].join('\n'),
    )
  }

  let after: Route | undefined
  const changed = await alter(deps, who, channel, route => {
    after = {
      ...route,
      ...wish.choices,
      kinds: { ...route.kinds, ...wish.kinds },
      languages: wish.languages ?? route.languages,
    }
    const what = differences(route, after)
    if (what.length === 0) return undefined
    return { route: after, what: `set ${listed(what)}`, notice: `${signature(who)} set ${listed(what)}.` }
  })
  const lines = [changed ? 'Done.' : 'It is set like that already.']
  if (after !== undefined) lines.push(settings(after))
  if (wish.choices.reading !== undefined) lines.push(readingInWords[wish.choices.reading])
  if (wish.choices.deletions !== undefined) lines.push(deletionsOf(deps, wish.choices.deletions))
  if (wish.choices.together !== undefined) lines.push(togetherInWords[wish.choices.together ? 'on' : 'off'])
  if (wish.choices.links !== undefined) lines.push(linksInWords[wish.choices.links])
  if (wish.choices.identity !== undefined) lines.push(identityInWords[wish.choices.identity])
  if (wish.choices.locked !== undefined) lines.push(lockedInWords[wish.choices.locked ? 'on' : 'off'])
  return { text: lines.join('\n'), changed }
}

/** What was typed as a wish, or the sentence that says what is wrong with it. All or nothing: half a setting surprises. */
function read(args: string): Wish | string {
  const words = tidy(args)
    .toLowerCase()
    .split(/[\s,;=:]+/)
    .filter(word => word !== '')
  const kinds: Partial<Record<keyof Kinds, boolean>> = {}
  let choices: Partial<Choices> = {}
  let languages: readonly string[] | undefined
  for (let i = 0; i < words.length; ) {
    const name = words[i++] ?? ''
    const kind = kindOf(name)
    const values = choiceOf(name)
    if (languageWords.includes(name)) {
      const from = i
      while (i < words.length && !isOption(words[i] ?? '')) i++
      const read = readLanguages(words.slice(from, i))
      if (typeof read === 'string') return read
      languages = read
    } else if (values !== undefined) {
      const value = words[i++] ?? ''
      const choice = Object.hasOwn(values, value) ? values[value] : undefined
      if (choice === undefined) {
        const [one = '', other = ''] = Object.keys(values)
        return `${code(name)} can be \`${one}\` or \`${other}\`. ${usage}`
      }
      choices = { ...choices, ...choice }
    } else if (kind === undefined) {
      const close = nearest(name, [...Object.keys(kindNames), ...Object.keys(choiceNames), 'language'])
      return `There is no option ${code(name)}.${close === undefined ? '' : ` Did you mean \`${close}\`?`} ${usage}`
    } else {
      const value = words[i++] ?? ''
      if (!Object.hasOwn(switches, value)) return `${code(name)} can be \`on\` or \`off\`. ${usage}`
      kinds[kind] = switches[value] === true
    }
  }
  return { kinds, choices, ...(languages === undefined ? {} : { languages }) }
}

const kindOf = (name: string) => (Object.hasOwn(kindNames, name) ? kindNames[name] : undefined)
const choiceOf = (name: string) => (Object.hasOwn(choiceNames, name) ? choiceNames[name] : undefined)
const isOption = (word: string) =>
  kindOf(word) !== undefined || choiceOf(word) !== undefined || languageWords.includes(word)

const readingInWords: Readonly<Record<Route['reading'], string>> = {
  cheap:
    'Reading *cheap*: X sends only what this channel can want, as far as its rules can say that, so that little is paid for in vain. What X left out is not known to `/birdwire why`.',
  complete: `Reading *complete*: every post of those who are followed here is bought, ${unitPrice(xRateCard.micros.posts)} each and as much for what it quotes or reposts, and chosen here, so that \`/birdwire why\` knows all of them.`,
}
const deletionsInWords: Readonly<Record<Route['deletions'], string>> = {
  remove:
    'Deletions *remove*: the message of a post goes away when its author deletes the post, where Birdwire hears of that.',
  strike:
    "Deletions *strike*: the message of a post that its author deletes stays and is struck through, where Birdwire hears of that. X's terms want deleted posts taken out on request: `/birdwire takedown` does that.",
}

const togetherInWords = {
  on: 'Together *on*: a post that several people followed here repost is one message that names them, and what they quote of it stands in its thread.',
  off: 'Together *off*: each repost and each quote is a message of its own.',
} as const
const linksInWords: Readonly<Record<Route['links'], string>> = {
  thread:
    'Links *thread*: a link that was shared here within a week goes into the thread of the first message that had it.',
  each: 'Links *each*: a post is a message of its own, whatever it links to.',
}
const identityInWords: Readonly<Record<Route['identity'], string>> = {
  birdwire: 'Name *birdwire*: messages come from Birdwire, with who wrote the post in them.',
  author:
    'Name *author*: messages come under the name and picture of who wrote the post. What is lost: Slack does not let an app delete such messages, so a post that its author deletes may stay. It needs the scope `chat:write.customize`.',
}
const lockedInWords = {
  on: 'Locked *on*: only an admin of this Slack workspace, or somebody named in `BIRDWIRE_ADMINS`, can change this channel.',
  off: 'Locked *off*: every member of this channel can change it.',
} as const

/** What has no sentence of its own above. */
function rest({ together, links, identity, locked }: Route): string {
  return `Besides: together ${together ? 'on' : 'off'}, links ${links}, name ${identity}, locked ${locked ? 'on' : 'off'}. When messages come: \`/birdwire pace\`. ${usage}`
}

/** Nothing follows from a deletion that nobody tells of. */
function deletionsOf({ deletionsHeard }: ControlDeps, deletions: Route['deletions']): string {
  const unheard =
    'At present it hears of none: whoever runs Birdwire can set `X_ACTIVITY=on`, where the X app has access, or `X_RECHECK=on`.'
  return deletionsHeard === false ? `${deletionsInWords[deletions]} ${unheard}` : deletionsInWords[deletions]
}

/** `en`, `de` → primary tags; `any` → none. A sentence if one is no language. */
function readLanguages(tags: readonly string[]): readonly string[] | string {
  if (tags.length === 0) return 'Which language? For example `/birdwire options language en,de`, or `any`.'
  if (tags.length === 1 && (tags[0] === 'any' || tags[0] === 'all')) return []
  const wrong = tags.find(tag => !/^[a-z]{2,3}(?:-[a-z0-9]+)*$/.test(tag) || tag === 'any' || tag === 'all')
  if (wrong !== undefined)
    return `${code(wrong)} is not a language code. Use two letters like \`en\`, \`de\`, \`ja\`, or \`any\`.`
  return [...new Set(tags.map(tag => tag.split('-')[0] ?? tag))].toSorted()
}

export function differences(before: Route, after: Route): string[] {
  const kinds = shownKinds
    .filter(([, kind]) => before.kinds[kind] !== after.kinds[kind])
    .map(([name, kind]) => `${name} ${after.kinds[kind] ? 'on' : 'off'}`)
  const languages = before.languages.join() === after.languages.join() ? [] : [`language to ${languagesOf(after)}`]
  const reading = before.reading === after.reading ? [] : [`reading to ${after.reading}`]
  const deletions = before.deletions === after.deletions ? [] : [`deletions to ${after.deletions}`]
  const together = before.together === after.together ? [] : [`together ${after.together ? 'on' : 'off'}`]
  const links = before.links === after.links ? [] : [`links to ${after.links}`]
  const identity = before.identity === after.identity ? [] : [`name to ${after.identity}`]
  const locked = before.locked === after.locked ? [] : [`locked ${after.locked ? 'on' : 'off'}`]
  const paces = [paceInWords(before.pace), paceInWords(after.pace)]
  const pace = paces[0] === paces[1] ? [] : [`the pace to ${paces[1]}`]
  return [...kinds, ...languages, ...reading, ...deletions, ...together, ...links, ...identity, ...locked, ...pace]
}

const languagesOf = (route: Route) => (route.languages.length === 0 ? 'any' : route.languages.join(', '))

/** All settings of a route in one line, the way `list` shows them too. */
export function settings(route: Route): string {
  const kinds = shownKinds.map(([name, kind]) => {
    const usual = route.kinds[kind] === defaultKinds[kind]
    return `${name} ${usual ? '' : '*'}${route.kinds[kind] ? 'on' : 'off'}${usual ? '' : '*'}`
  })
  const choices = [
    chosen('reading', route.reading, usual.reading),
    chosen('deletions', route.deletions, usual.deletions),
    ...(route.together ? [] : ['together *off*']),
    ...(route.links === usual.links ? [] : [`links *${route.links}*`]),
    ...(route.identity === usual.identity ? [] : [`name *${route.identity}*`]),
    ...(route.locked ? ['*locked*'] : []),
  ]
  return `Options: ${kinds.join(', ')}; language ${languagesOf(route)}; ${choices.join('; ')}.`
}

const usual = emptyRoute('x', '')
/** What is not as usual stands out. */
const chosen = (name: string, value: string, unset: string) => `${name} ${value === unset ? value : `*${value}*`}`
