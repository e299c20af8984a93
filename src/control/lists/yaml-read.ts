/**
 * Reads the file of all lists: all or nothing, and each problem names the line, the reason and the way out. Never throws, whatever the text
 * is.
 */
import { type Document, isCollection, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml'
import { z } from 'zod'
import { parse } from '../../domain/filter/parse.ts'
import { print } from '../../domain/filter/print.ts'
import { relations } from '../../domain/post.ts'
import { type defaultKinds, emptyRoute, type Pace } from '../../domain/route.ts'
import { nearest } from '../../kit/similar.ts'
import { readYaml, startOf } from '../plain-yaml.ts'
import { listed } from '../words.ts'
import type { Problem, Reading } from './format.ts'
import { type Lists, listsOf, type Named, nameForm } from './lists.ts'

const usual = listsOf(emptyRoute('x', ''))

const account = z
  .union([z.string(), z.number().transform(String)], 'should be a name, like mira_okafor')
  .transform((text, ctx): Named => {
    const [, handle, id] = nameForm.exec(text.trim()) ?? []
    if (handle !== undefined) return id === undefined ? { handle } : { handle, id }
    ctx.addIssue(`"${text}" cannot be a name on X: letters, digits and underscores, like mira_okafor`)
    return z.NEVER
  })
const expression = z
  .union([z.string(), z.number().transform(String)], 'should be a word, a "phrase" or an expression')
  .transform((text, ctx) => {
    const parsed = parse(text)
    if (parsed.ok) return print(parsed.filter)
    ctx.addIssue(
      `${parsed.sentence} In YAML an expression with quotation marks, # or @ stands in single quotes: '"dark matter"'`,
    )
    return z.NEVER
  })
const list = <T extends z.ZodType>(item: T) => z.array(item, 'should be a list, each item after a dash').nullish()
const time = z
  .string('should be a time of day, like "09:00" in quotation marks')
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'should be a time of day, like "09:00" in quotation marks')
const zone = z.string().refine(isZone, 'is not a time zone; use a name like Europe/Berlin')
const pace = z
  .strictObject({
    digest: z.array(time, 'should be a list of times of day').min(1, 'needs at least one time of day').optional(),
    zone: zone.optional(),
    quiet: z.strictObject({ from: time, to: time }).optional(),
    perHour: z.int('should be a whole number').min(1, 'should be 1 or more').max(1000).optional(),
  })
  .transform(
    ({ digest, zone: in_, quiet, perHour }): Pace => ({
      mode: digest === undefined ? 'live' : 'digest',
      times: [...(digest ?? [])].toSorted(),
      zone: in_ ?? 'UTC',
      ...(quiet === undefined ? {} : { quiet }),
      ...(perHour === undefined ? {} : { perHour }),
    }),
  )
const word = <const T extends readonly [string, ...string[]]>(...words: T) =>
  z.enum(words, `can be ${listed(words).replace(' and ', ' or ')}`)
const yes = z.boolean('should be true or false')

const section = z
  .strictObject({
    name: z.string().optional(),
    follow: list(account),
    mute: list(account),
    keywords: list(expression),
    block: list(expression),
    topics: list(expression),
    kinds: list(word(...relations)),
    languages: list(z.string().regex(/^[a-z]{2,3}$/, 'is not a language code, like en or de')),
    reading: word('cheap', 'complete').optional(),
    deletions: word('remove', 'strike').optional(),
    pace: pace.optional(),
    together: yes.optional(),
    links: word('thread', 'each').optional(),
    identity: word('birdwire', 'author').optional(),
    locked: yes.optional(),
    paused: yes.optional(),
  })
  .transform(({ name: _name, ...said }): Lists => {
    const { kinds } = said
    const given = Object.entries({ ...said, kinds: undefined }).filter(
      ([, value]) => value !== undefined && value !== null,
    )
    return {
      ...usual,
      ...Object.fromEntries(given),
      kinds:
        kinds === undefined || kinds === null
          ? usual.kinds
          : { original: false, quote: false, repost: false, thread: false, reply: false, ...switchedOn(kinds) },
    }
  })
const whole = z.strictObject(
  {
    birdwire: z.literal(1, 'should be 1: this Birdwire knows version 1 of this file').optional(),
    channels: z
      .record(
        z
          .string()
          .regex(
            /^(?:[CGD][A-Z0-9]{4,}|#\S+)$/,
            'is no channel: use its id (C0123456789) or its name in quotes ("#papers")',
          ),
        section.nullable().transform(said => said ?? usual),
        'should be sections, one a channel',
      )
      .nullish(),
  },
  'should have the lines "birdwire: 1" and "channels:"',
)

const switchedOn = (kinds: readonly (keyof typeof defaultKinds)[]) =>
  Object.fromEntries(kinds.map(kind => [kind, true] as const))

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Never throws, whatever the text is. */
export function readLists(text: string): Reading {
  const read = readYaml(text)
  if (!read.ok) {
    const { document, offset, line = 1 } = read
    const where = document === undefined || offset === undefined ? {} : channelAt(document, offset)
    const why = `this is not YAML: ${read.why}. Two spaces before what belongs to a channel, a dash before each item`
    return { ok: false, problems: [{ line, ...where, why }] }
  }
  const { document, lineAt } = read
  const parsed = whole.safeParse(read.value)
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.map(issue => problemOf(document, issue, lineAt)) }
  const sections = Object.entries(parsed.data.channels ?? {}).map(([channel, lists]) => {
    const line = (...path: readonly (string | number)[]) => lineAt(offsetOf(document, ['channels', channel, ...path]))
    return { channel, lists, line: line(), lineOf: (list: keyof Lists, item: number) => line(list, item) }
  })
  return { ok: true, sections }
}

function problemOf(document: Document, issue: z.core.$ZodIssue, lineAt: (offset: number) => number): Problem {
  const path = issue.path.map(each => (typeof each === 'number' ? each : String(each)))
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const at = unknown === undefined ? path : [...path, unknown]
  const reason = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message
  const what = at.filter(each => typeof each === 'string').at(-1) ?? 'this file'
  const inChannel = path[0] === 'channels' && path.length === 2
  const why =
    unknown === undefined
      ? `${what}${/^[A-Z]/.test(reason) ? ':' : ''} ${reason}`
      : strange(unknown, inChannel ? Object.keys(usual) : ['birdwire', 'channels'])
  const [first, channel] = at
  return {
    line: lineAt(offsetOf(document, at)),
    ...(first === 'channels' && typeof channel === 'string' ? { channel } : {}),
    why: why.replace(/\.$/, ''),
  }
}

function strange(key: string, known: readonly string[]): string {
  const close = nearest(key, known)
  return close === undefined
    ? `"${key}" means nothing here; there can be ${listed(known)}`
    : `"${key}" means nothing here; perhaps "${close}" is meant`
}

/** Where what is at the path begins, or what is nearest above it. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  let node: unknown = document.contents
  let offset = 0
  for (const step of path) {
    const found = isMap(node) ? pairOf(node, String(step)) : undefined
    if (found !== undefined) {
      offset = startOf(found.key) ?? offset
      node = found.value
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step]
      offset = startOf(node) ?? offset
    } else break
  }
  return offset
}

/** The entry with this key, whatever scalar it is written as. */
export function pairOf(map: YAMLMap, key: string): Pair | undefined {
  // Only words are looked at: writing out a key that is a map may take for ever.
  return map.items.find(
    pair => String(isScalar(pair.key) ? pair.key.value : isCollection(pair.key) ? '' : pair.key) === key,
  )
}

/** The section that an offset of the text lies in. */
function channelAt(document: Document, offset: number): Pick<Problem, 'channel'> {
  const channels = isMap(document.contents) ? pairOf(document.contents, 'channels')?.value : undefined
  if (!isMap(channels)) return {}
  const before = channels.items.filter(pair => (startOf(pair.key) ?? 0) <= offset).at(-1)
  return before !== undefined && isScalar(before.key) ? { channel: String(before.key.value) } : {}
}
