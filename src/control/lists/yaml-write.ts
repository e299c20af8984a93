/** Writes the file of all lists, and keeps what a person wrote around them: comments, order, blank lines. What is as usual is left out. */
import { Document, isMap, isScalar, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml'
import { relations } from '../../domain/post.ts'
import { defaultKinds, emptyRoute, type Pace } from '../../domain/route.ts'
import { yamlOptions } from '../plain-yaml.ts'
import type { Entry } from './format.ts'
import { accounts, type Lists, listsOf, type Named, nameForm, type Register, terms } from './lists.ts'
import { pairOf } from './yaml-read.ts'

const usual = listsOf(emptyRoute('x', ''))
const header = ` Birdwire's lists: who and what each channel wants. \`birdwire apply FILE\` takes this over; what is not
 written here is as usual. A number in brackets after a name is the account's id at X.`

/**
 * The text with each entry as it is now: a section that says the same stays as it was written, byte by byte where possible; one that is not
 * there yet is added. `text` must be readable; an empty one becomes a file.
 */
export function updatedLists(text: string, entries: readonly Entry[]): string {
  const parsed = parseDocument(text, yamlOptions)
  const document: Document = isMap(parsed.contents) ? parsed : emptyFile()
  if (!isMap(document.get('channels'))) document.set('channels', document.createNode({}))
  const channels = document.get('channels')
  if (!isMap(channels)) throw new Error('the lists have no channels')
  for (const entry of entries) {
    const old = pairOf(channels, entry.id) ?? (entry.name === '' ? undefined : pairOf(channels, `#${entry.name}`))
    if (old === undefined) {
      channels.flow = false
      channels.set(document.createNode(entry.id), sectionOf(document, entry))
    } else if (isMap(old.value)) updateSection(document, old.value, entry.lists)
    else old.value = sectionOf(document, entry)
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

function emptyFile(): Document {
  const document = new Document({ birdwire: 1, channels: {} })
  document.commentBefore = header
  return document
}

function sectionOf(document: Document, { name, lists }: Entry): YAMLMap {
  const map = document.createNode(name === '' ? {} : { name })
  if (!isMap(map)) throw new Error('a section is a map')
  updateSection(document, map, lists)
  return map
}

const listNames = ['follow', 'mute', 'keywords', 'block', 'topics'] as const

function updateSection(document: Document, map: YAMLMap, lists: Lists): void {
  for (const name of listNames) {
    const items = lists[name].map(item => (typeof item === 'string' ? item : shownName(item)))
    updateList(document, map, name, items, name === 'follow' || name === 'mute' ? names : terms)
  }
  for (const [name, value] of Object.entries(settingsOf(lists))) {
    const same = map.has(name) && JSON.stringify(plainOf(map.get(name))) === JSON.stringify(value)
    if (value === undefined) map.delete(name)
    else if (!same) map.set(name, flowing(document.createNode(value)))
  }
  // What says nothing is `{}` beside its key, not below it.
  map.flow = map.items.length === 0
}

/** What stays keeps its line and its comment. */
function updateList(
  document: Document,
  map: YAMLMap,
  name: string,
  items: readonly string[],
  register: <T>() => Register<string, T>,
): void {
  const old = map.get(name)
  if (items.length === 0) {
    map.delete(name)
    return
  }
  if (!isSeq(old)) {
    map.set(name, document.createNode(items))
    return
  }
  const seq: YAMLSeq = old
  const textOf = (node: unknown) => String(isScalar(node) ? node.value : node)
  const wanted = register<string>()
  for (const item of items) wanted.add(item, item)
  seq.items = seq.items.filter(node => wanted.find(textOf(node)) !== undefined)
  const there = register<unknown>()
  for (const node of seq.items) there.add(textOf(node), node)
  for (const item of items) {
    const node = there.find(item)
    if (node === undefined) {
      const added = document.createNode(item)
      seq.add(added)
      there.add(item, added)
    }
    // Somebody has another name now; a name that was typed without its number stays as it was typed.
    else if (isScalar(node) && textOf(node).includes('(') && nameForm.test(item)) node.value = item
  }
}

/** What is as usual is undefined. */
function settingsOf({ kinds, languages, pace: when, ...rest }: Lists): Readonly<Record<string, unknown>> {
  const on = relations.filter(kind => kinds[kind])
  const usualOn = relations.filter(kind => defaultKinds[kind])
  const simple = (['reading', 'deletions', 'together', 'links', 'identity', 'locked', 'paused'] as const).map(
    name => [name, rest[name] === usual[name] ? undefined : rest[name]] as const,
  )
  return {
    kinds: on.join() === usualOn.join() ? undefined : on,
    languages: languages.length === 0 ? undefined : [...languages],
    pace: paceOf(when),
    ...Object.fromEntries(simple),
  }
}

function paceOf({ mode, times, zone: in_, quiet, perHour }: Pace): unknown {
  const said = {
    ...(mode === 'digest' ? { digest: [...times] } : {}),
    ...(in_ === usual.pace.zone ? {} : { zone: in_ }),
    ...(quiet === undefined ? {} : { quiet: { from: quiet.from, to: quiet.to } }),
    ...(perHour === undefined ? {} : { perHour }),
  }
  return Object.keys(said).length === 0 ? undefined : said
}

function shownName({ handle, id }: Named): string {
  return id === undefined ? handle : `${handle} (${id})`
}

/** Names as the file writes them; what cannot be one is the same as what is written the same. */
function names<T>(): Register<string, T> {
  const known = accounts<T>()
  const strange = new Map<string, T>()
  const read = (text: string): Named | undefined => {
    const [, handle, id] = nameForm.exec(text.trim()) ?? []
    return handle === undefined ? undefined : id === undefined ? { handle } : { handle, id }
  }
  return {
    add(text, value) {
      const name = read(text)
      if (name !== undefined) known.add(name, value)
      else if (!strange.has(text)) strange.set(text, value)
    },
    find(text) {
      const name = read(text)
      return name === undefined ? strange.get(text) : known.find(name)
    },
  }
}

function plainOf(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'toJSON' in node && typeof node.toJSON === 'function'
    ? node.toJSON()
    : node
}

/** In one line: it is short. */
function flowing(node: Node): Node {
  if (isSeq(node) || isMap(node)) node.flow = true
  if (isMap(node)) for (const pair of node.items) if (isSeq(pair.value) || isMap(pair.value)) pair.value.flow = true
  return node
}
