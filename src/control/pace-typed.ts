/** What somebody typed after `pace` as a change of it, or the sentence that says what is wrong. Pure. All or nothing: half a setting surprises. */
import type { Pace } from '../domain/route.ts'
import { nearest } from '../kit/similar.ts'
import { zoneNamed, zones } from '../kit/wall-time.ts'
import { digestTimesPerDayMax, messagesPerHourMax } from '../limits.ts'
import { tidy } from './args.ts'
import { code } from './words.ts'

/** What is not in it stays; `undefined` is what goes. */
export interface PaceWish {
  readonly mode?: Pace['mode']
  readonly times?: readonly string[]
  readonly zone?: string
  readonly quiet?: Pace['quiet'] | undefined
  readonly perHour?: number | undefined
}

export const paceUsage =
  'For example: `/birdwire pace live`, `/birdwire pace digest 9:00 17:00 Europe/Berlin`, `/birdwire pace quiet 22:00-7:00`, `/birdwire pace at most 6 an hour`.'

const keywords = ['live', 'digest', 'quiet', 'at most', 'any', 'zone']
/** Words that say nothing that the others do not. */
const filler = new Set([
  'and',
  '&',
  'at',
  'from',
  'between',
  'hours',
  'in',
  'to',
  'an',
  'a',
  'per',
  'every',
  'each',
  'please',
])
const offWords = new Set(['off', 'no', 'none', 'never'])
const anyWords = new Set(['any', 'unlimited', 'all'])
const untilWords = new Set(['-', 'to', 'till', 'until', 'and'])
const mostWords = new Set(['at', 'most', 'max', 'maximum'])
const perHourWords = new Set([
  'an',
  'a',
  'per',
  'each',
  'every',
  '/',
  'hour',
  '/hour',
  '/h',
  'message',
  'messages',
  'post',
  'posts',
])

/** What was typed, a word at a time. */
class Words {
  readonly all: readonly string[]
  at = 0

  constructor(all: readonly string[]) {
    this.all = all
  }

  /** The next one, in lower case; empty at the end. */
  get next(): string {
    return this.all[this.at]?.toLowerCase() ?? ''
  }

  /** The next one, as typed. */
  get typed(): string | undefined {
    return this.all[this.at]
  }

  skip(which: ReadonlySet<string>): void {
    while (which.has(this.next)) this.at++
  }

  take(): string {
    const word = this.next
    this.at++
    return word
  }
}

export function readPace(args: string): PaceWish | string {
  const words = new Words(wordsOf(args))
  let wish: PaceWish = {}
  while (words.next !== '') {
    const part = readPart(words)
    if (typeof part === 'string') return part
    wish = { ...wish, ...part }
  }
  return wish
}

function readPart(words: Words): PaceWish | string {
  const word = words.next
  switch (word) {
    case 'live':
    case 'immediately':
      words.at++
      return { mode: 'live', times: [] }
    case 'digest':
    case 'digests':
    case 'daily':
      words.at++
      return readDigest(words)
    case 'quiet':
      words.at++
      return readQuiet(words)
    case 'zone':
    case 'timezone':
    case 'tz':
      words.at++
      return readZone(words, true)
    case 'in':
      words.at++
      return readZone(words, false)
    default:
      if (anyWords.has(word) || mostWords.has(word) || /^\d+(?:\/h(?:our)?)?$/.test(word)) return readMost(words)
      return readZone(words, false)
  }
}

function readDigest(words: Words): PaceWish | string {
  const times = new Set<string>()
  for (words.skip(filler); timeOf(words.next) !== undefined; words.skip(filler)) times.add(timeOf(words.take()) ?? '')
  if (times.size === 0) return `At what times of day? ${wrongTime(words.typed)}${paceUsage}`
  if (times.size > digestTimesPerDayMax) return `At most ${digestTimesPerDayMax} digests a day.`
  return { mode: 'digest', times: [...times].toSorted() }
}

function readQuiet(words: Words): PaceWish | string {
  words.skip(filler)
  if (offWords.has(words.next)) {
    words.at++
    return { quiet: undefined }
  }
  const from = timeOf(words.next)
  if (from === undefined) return `From when to when? ${wrongTime(words.typed)}${paceUsage}`
  words.at++
  words.skip(untilWords)
  const to = timeOf(words.next)
  if (to === undefined) return `Until when? ${wrongTime(words.typed)}${paceUsage}`
  if (to === from)
    return 'Quiet hours that end when they begin are none. `/birdwire pause` keeps a channel quiet altogether.'
  words.at++
  return { quiet: { from, to } }
}

function readMost(words: Words): PaceWish | string {
  words.skip(mostWords)
  const typed = words.take().replace(/\/h(?:our)?$/, '')
  words.skip(perHourWords)
  if (anyWords.has(typed)) return { perHour: undefined }
  const perHour = /^\d{1,6}$/.test(typed) ? Number(typed) : 0
  if (perHour < 1 || perHour > messagesPerHourMax)
    return `How many messages an hour? A whole number from 1 to ${messagesPerHourMax}, or \`any\`. ${paceUsage}`
  return { perHour }
}

/** `named`: it was said that this is one. */
function readZone(words: Words, named: boolean): PaceWish | string {
  const found = zoneAt(words.all, words.at)
  if (found === undefined) return notUnderstood(words.typed, named)
  words.at += found.words
  return { zone: found.zone }
}

/** In pieces; times that belong to one another (`22:00-7:00`, `9 am`) taken apart or put together. */
function wordsOf(args: string): readonly string[] {
  return tidy(args)
    .replaceAll(/(\d)\s+(am|pm|uhr)\b/gi, '$1$2')
    .replaceAll(/(?<=\d|\d[ap]m|\dh)\s*[-–—]\s*(?=\d)/gi, ' - ')
    .replaceAll(/\bo'clock\b/gi, ' ')
    .split(/[\s,;]+/)
    .filter(word => word !== '')
}

/** `9`, `9:00`, `9.30`, `0900`, `21h`, `21h30`, `9am`, `12:30pm`, `noon`, `24:00` → `HH:MM`. */
function timeOf(word: string): string | undefined {
  if (word === 'noon') return '12:00'
  if (word === 'midnight') return '00:00'
  const [, hours, minutes = '00', half] = /^(\d{1,2})(?:[:.h]?(\d{2}))?(?:h|uhr)?(am|pm)?$/.exec(word) ?? []
  if (hours === undefined) return undefined
  const typed = Number(hours)
  if (half !== undefined && (typed < 1 || typed > 12)) return undefined
  const hour = half === undefined ? typed : (typed % 12) + (half === 'pm' ? 12 : 0)
  if (hour > 24 || Number(minutes) > 59 || (hour === 24 && minutes !== '00')) return undefined
  return `${String(hour % 24).padStart(2, '0')}:${minutes}`
}

function wrongTime(word: string | undefined): string {
  return word === undefined ? '' : `${code(word)} is not a time of day. `
}

/** The most words that a zone is typed in: "Port of Spain". */
const zoneWordsMax = 3

/** A zone by its name, or by that of its city. */
function zoneAt(words: readonly string[], from: number): { readonly zone: string; readonly words: number } | undefined {
  for (let count = Math.min(zoneWordsMax, words.length - from); count > 0; count--) {
    const typed = words.slice(from, from + count).join('_')
    const zone = zoneNamed(typed) ?? cityZone(typed)
    if (zone !== undefined) return { zone, words: count }
  }
  return undefined
}

function cityZone(typed: string): string | undefined {
  const found = zones().filter(zone => city(zone).toLowerCase() === typed.toLowerCase())
  return found.length === 1 ? found[0] : undefined
}

const city = (zone: string) => zone.slice(zone.lastIndexOf('/') + 1)

function notUnderstood(word: string | undefined, isZone: boolean): string {
  if (word === undefined) return `Which time zone? For example \`/birdwire pace zone Europe/Berlin\`.`
  if (isZone || word.includes('/')) {
    const close = nearest(word, zones()) ?? zones().find(zone => nearest(word, [city(zone)]) !== undefined)
    return `There is no time zone ${code(word)}.${close === undefined ? ' They are named like `Europe/Berlin` or `America/New_York`.' : ` Did you mean \`${close}\`?`}`
  }
  const close = nearest(word, keywords) ?? nearest(word, zones())
  return `${code(word)} says nothing about the pace.${close === undefined ? '' : ` Did you mean \`${close}\`?`} ${paceUsage}`
}
