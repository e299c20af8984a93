/**
 * What a channel wants, as the desk understands the slash commands that were typed: its own reading, so that the oracle shares no thought
 * with the service it checks. Pure. A command that goes beyond it makes the channel unjudged rather than guessed at.
 */
import type { WorldUser } from '../world/world.ts'
import { stopwords } from '../x/grammar.ts'

/** A word, a phrase or a #tag: all of its tokens in a row. `not`: must be absent. */
export interface Term {
  readonly tag: boolean
  readonly not: boolean
  readonly tokens: readonly string[]
}

/** One of the lists is enough; within a list every term must hold. */
export type Expression = readonly (readonly Term[])[]

export interface Wants {
  /** From this moment on, epoch ms. */
  readonly since: number
  readonly follows: ReadonlyMap<string, WorldUser>
  /** Whose posts, and reposts of whose posts, are kept out. */
  readonly muted: ReadonlyMap<string, WorldUser>
  readonly keywords: ReadonlyMap<string, Expression>
  readonly topics: ReadonlyMap<string, Expression>
  readonly paused: boolean
  readonly judged: boolean
  /** The service's name for the change that led here, as the channel's line about it has it; `several` where there were more. */
  readonly change?: string
}

export const nothing: Wants = {
  since: 0,
  follows: new Map(),
  muted: new Map(),
  keywords: new Map(),
  topics: new Map(),
  paused: false,
  judged: true,
}

/** Runs of letters, digits and marks, in lower case. Accents count; an underscore is punctuation, as X has it. */
export function tokensOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
}

/** `a "b c" OR #d -e`; undefined for anything with operators or parentheses. */
export function parseExpression(text: string): Expression | undefined {
  const straight = text.replace(/[“”„]/g, '"').trim()
  if (/[():@$]/.test(straight) || straight === '') return undefined
  const choices: Term[][] = [[]]
  for (const match of straight.matchAll(/"([^"]*)"|(\S+)/g)) {
    const word = match[2] ?? ''
    if (word === 'OR') {
      choices.push([])
      continue
    }
    const not = word.startsWith('-')
    const bare = not ? word.slice(1) : word
    const tokens = tokensOf(match[1] ?? bare)
    // Several tokens in one bare word ("a.b"), and scripts without spaces, are the service's own fine print.
    if (
      tokens.length === 0 ||
      (match[1] === undefined && tokens.length > 1) ||
      !/^[\p{Script=Latin}\p{N}\p{M}_ ]+$/u.test(tokens.join(' '))
    )
      return undefined
    choices.at(-1)?.push({ tag: bare.startsWith('#'), not, tokens })
  }
  return choices.every(terms => terms.length > 0) ? choices : undefined
}

/** The wants after a command that was typed and answered. `who` finds a person of the world by what was typed. */
export function afterCommand(
  before: Wants,
  command: string,
  who: (name: string) => WorldUser | undefined,
  now: number,
): Wants {
  const words = command.trim().split(/\s+/)
  const [name = '', verb = '', second = ''] = words
  if (name !== '/birdwire')
    return { ...before, since: now, judged: before.judged && /^\/(users|keywords|help)$/.test(name) }
  const rest = (from: number) => words.slice(from).join(' ')
  switch (verb.toLowerCase()) {
    case '':
    case 'help':
    case 'list':
    case 'status':
    case 'why':
    case 'dead':
    case 'cost':
    case 'gaps':
    case 'reconnect':
    case 'preview':
    case 'cancel':
    case 'log':
    case 'fewer':
    case 'redeliver':
      return before
    case 'save':
      // What it was previewed against comes first.
      return afterCommand(before, `/birdwire ${rest(3)}`, who, now)
    case 'options':
      // How it is read, where it stands and in whose name, and what becomes of deleted posts, change nothing of what belongs here.
      if (second === '' || /^(?:reading|deletions|together|links|name|locked)$/i.test(second)) return before
      return { ...before, since: now, judged: false }
    case 'pace':
      return /^(?:live)?$/i.test(rest(2)) ? before : { ...before, since: now, judged: false }
    case 'follow':
    case 'unfollow':
      return { ...before, since: now, follows: people(before.follows, rest(2), verb.toLowerCase() === 'follow', who) }
    case 'mute':
    case 'unmute':
      return { ...before, since: now, muted: people(before.muted, rest(2), verb.toLowerCase() === 'mute', who) }
    case 'keyword':
    case 'topic':
      return terms(before, verb.toLowerCase() === 'topic' ? 'topics' : 'keywords', ...listed(second, rest), now)
    case 'pause':
    case 'resume':
      return { ...before, since: now, paused: verb.toLowerCase() === 'pause' }
    default:
      return { ...before, since: now, judged: false }
  }
}

function people(
  before: ReadonlyMap<string, WorldUser>,
  typed: string,
  add: boolean,
  who: (name: string) => WorldUser | undefined,
): ReadonlyMap<string, WorldUser> {
  const after = new Map(before)
  for (const name of typed.split(/[\s,]+/)) {
    const user = who(name.replace(/^https?:\/\/(?:www\.)?(?:x|twitter)\.com\//i, '').replace(/^@|[/?].*$/g, ''))
    if (user === undefined || user.state !== 'active') continue
    if (add) after.set(user.id, user)
    else after.delete(user.id)
  }
  return after
}

/** `keyword add x`, or `keyword x` for short. */
function listed(second: string, rest: (from: number) => string): readonly [verb: string, typed: string] {
  const verb = second.toLowerCase()
  return /^(?:add|remove|list)$/.test(verb) ? [verb, rest(3)] : ['add', rest(2)]
}

function terms(before: Wants, list: 'keywords' | 'topics', verb: string, typed: string, now: number): Wants {
  if (typed === '' || verb === 'list') return before
  const changed = new Map(before[list])
  let { judged } = before
  for (const text of typed.split(',').map(piece => piece.trim())) {
    const expression = parseExpression(text)
    // X takes no such rule, so nobody can have such a topic.
    if (list === 'topics' && expression?.some(choice => choice.every(isCommon))) continue
    if (expression === undefined || /^-/.test(text) || !/^(add|remove)$/.test(verb)) judged = false
    else if (verb === 'add') changed.set(text.toLowerCase(), expression)
    else changed.delete(text.toLowerCase())
  }
  return { ...before, since: now, [list]: changed, judged }
}

const isCommon = ({ not, tokens: [token = '', ...more] }: Term): boolean =>
  not || (more.length === 0 && stopwords.has(token))

/** The wants in one line, for the channel's head. */
export function describe(wants: Wants): string {
  const names = [...wants.follows.values()].map(user => user.name)
  const shown = names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ')
  const keywords = [...wants.keywords.keys()].join(', ')
  const topics = [...wants.topics.keys()].join(', ')
  const muted = [...wants.muted.values()].map(user => user.name).join(', ')
  const parts = [
    ...(shown === '' ? [] : [`Follows ${shown}${keywords === '' ? '' : `, but only posts with ${keywords}`}`]),
    ...(topics === '' ? [] : [`Anyone’s posts about ${topics}`]),
    ...(muted === '' ? [] : [`Nothing of ${muted}`]),
  ]
  if (!wants.judged) return 'Type /birdwire list to see what comes here'
  if (wants.paused) return 'Paused: nothing comes here until somebody types /birdwire resume'
  return parts.join(' · ')
}
