/**
 * Keeps files and channels the same, both ways, while the service runs: what somebody changes in a file is applied within a second, what
 * somebody changes in Slack is written back. What both sides changed since they were last the same is put together, so neither undoes the
 * other; a file that cannot be understood changes nothing, is left as it is, and is answered in the log and in Slack.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { emptyRoute, type Route } from '../../domain/route.ts'
import { listsLookMs } from '../../limits.ts'
import type { Actor, ControlDeps } from '../control.ts'
import { secretProblem } from '../own-secrets.ts'
import { plain } from '../words.ts'
import { applyLists } from './apply.ts'
import { type ChannelFinder, entriesOf, wishesOf } from './channels.ts'
import type { Entry, Files, Problem, Section } from './format.ts'
import { listsOf } from './lists.ts'
import { type Place, writeWhole } from './place.ts'

export type ListsEvent =
  /** What was changed, by channel. */
  | { readonly kind: 'applied'; readonly done: readonly { readonly channel: string; readonly what: string }[] }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** The files say now what was changed in Slack. */
  | { readonly kind: 'written' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly error: unknown }

export interface KeeperOptions {
  readonly place: Place
  readonly deps: ControlDeps
  readonly findChannel: ChannelFinder
  /** Where the texts are kept as they were when they and the channels were last the same. */
  readonly baseFile: string
  onEvent(event: ListsEvent): void
}

const saidPrefix = 'lists '

export class ListsKeeper {
  readonly #options: KeeperOptions
  readonly #who: Actor
  /** The texts that were dealt with last, well or not. */
  #seen: string | undefined
  #base: Files | undefined
  /** What channels wanted when somebody took their sections out, by id: those stay out until that changes. */
  #out = new Map<string, string>()
  /** Where no base is known the files are right over all that was there at the start, but not over what people change from then on. */
  #atStart: readonly Route[] = []
  /** How the files call a channel, by id. */
  readonly #called = new Map<string, string>()
  #broken = false
  #missing = false
  /** The base file as it is. */
  #kept = ''
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#who = { id: 'lists', name: options.place.name, role: 'operator' }
  }

  /** Looks until the signal aborts. Rejects only when the store is broken. */
  async run(signal: AbortSignal): Promise<void> {
    const { place, deps } = this.#options
    await this.#readBase()
    this.#atStart = await deps.store.routes()
    await this.sync()
    let before = await place.look()
    while (!signal.aborted) {
      await deps.clock.sleep(listsLookMs, signal)
      const now = await place.look()
      // A file that is just being written changes again until the next look: half of one is not read.
      if (now === before && now !== this.#seen && !signal.aborted) await this.sync()
      before = now
    }
    await this.#last
  }

  /** Somebody has changed a channel: the files are to say so. Rejects as `sync` does. */
  changed(): Promise<void> {
    const done = this.#last.then(() => this.#sync(true))
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Takes over what the files say and writes what they do not say yet. One at a time; rejects only when the store is broken. */
  sync(): Promise<void> {
    const done = this.#last.then(() => this.#sync())
    this.#last = done.catch(() => undefined)
    return done
  }

  /** `atRest`: not while somebody is at a file; what they write is taken up first, when it stands still, and what changed in Slack then. */
  async #sync(atRest = false): Promise<void> {
    const { place, onEvent } = this.#options
    const look = await place.look()
    if (atRest && look !== this.#seen) return
    let files: Files | undefined
    try {
      files = await place.read()
    } catch (error) {
      if (look !== this.#seen) {
        onEvent({ kind: 'failed', error })
        const why = error instanceof Error ? error.message : String(error)
        await this.#refuse([{ line: 1, why }], [], new Map([['', why]]))
      }
      this.#seen = look
      return
    }
    // A file that somebody has deleted says nothing, and is not made anew behind their back.
    if (files === undefined && this.#base !== undefined) {
      if (!this.#missing) onEvent({ kind: 'missing' })
      this.#missing = true
      return
    }
    this.#missing = false
    if (look !== this.#seen && files !== undefined && !(await this.#apply(files))) {
      this.#seen = look
      return
    }
    this.#seen = look
    if (!this.#broken) await this.#writeBack(files ?? new Map(), look)
  }

  /** Whether the files could be understood and applied. */
  async #apply(files: Files): Promise<boolean> {
    const { place, deps, onEvent } = this.#options
    const secret = secretProblem(deps, files)
    if (secret !== undefined) return await this.#refuse([secret], [], files)
    const reading = place.format.read(files, await this.#keywords())
    if (!reading.ok) return await this.#refuse(reading.problems, [], files)
    const base = this.#base === undefined ? undefined : place.format.read(this.#base, await this.#keywords())
    const found = await wishesOf(
      reading.sections,
      base?.ok === true ? base.sections : undefined,
      this.#options.findChannel,
      deps,
      id => listsOf(this.#atStart.find(({ channel }) => channel === id) ?? emptyRoute(deps.source.name, id)),
    )
    if (!found.ok) return await this.#refuse(found.problems, reading.sections, files)
    const applied = await applyLists(deps, this.#who, found.wishes)
    if (!applied.ok) return await this.#refuse(applied.problems, reading.sections, files)
    this.#broken = false
    for (const [n, { channel }] of found.wishes.entries()) {
      this.#called.set(channel, reading.sections[n]?.channel ?? channel)
      this.#out.delete(channel)
    }
    for (const { channel } of base?.ok === true ? base.sections : []) {
      const id = await this.#options.findChannel(channel).catch(() => undefined)
      const entry = (await entriesOf(deps)).find(each => each.id === id)
      if (entry !== undefined && !found.wishes.some(wish => wish.channel === id))
        this.#out.set(entry.id, JSON.stringify(entry.lists))
    }
    for (const key of new Set((await deps.store.said(saidPrefix)).map(({ key }) => key))) await deps.store.retract(key)
    if (applied.done.length > 0) onEvent({ kind: 'applied', done: applied.done })
    return true
  }

  async #refuse(problems: readonly Problem[], sections: readonly Section[], files: Files): Promise<false> {
    const { place, deps, findChannel, onEvent } = this.#options
    this.#broken = true
    onEvent({ kind: 'refused', problems })
    const known = new Set((await deps.store.routes()).map(({ channel }) => channel))
    const version = createHash('sha256')
      .update(JSON.stringify([...files]))
      .digest('hex')
      .slice(0, 16)
    const lines = await Promise.all(
      problems.map(async ({ file, line, channel, why }) => {
        const where = channel === undefined ? undefined : await findChannel(channel).catch(() => undefined)
        const text = `${plain(file ?? place.name)} line ${line}: ${plain(why)}.`
        // Of what concerns no channel, all are told that the file speaks of.
        const all = where === undefined || !known.has(where) ? await this.#spokenOf(sections) : [where]
        return all.filter(id => known.has(id)).map(id => ({ channel: id, text }))
      }),
    )
    const byChannel = Map.groupBy(lines.flat(), line => line.channel)
    const announcements = [...byChannel].map(([channel, told]) => ({
      channel,
      key: `${saidPrefix}${version}`,
      text: `⚠️ The lists in ${plain(place.name)} cannot be used, so nothing was changed:\n${told
        .slice(0, 5)
        .map(({ text }) => `• ${text}`)
        .join('\n')}`,
    }))
    await deps.store.announce(announcements, deps.clock.now())
    await deps.changed()
    return false
  }

  /** Ids of the channels in the files, as they are or as they last were when they could be read. */
  async #spokenOf(sections: readonly Section[]): Promise<readonly string[]> {
    const { place, findChannel } = this.#options
    const base = this.#base === undefined ? undefined : place.format.read(this.#base, () => [])
    const all = sections.length > 0 ? sections : base?.ok === true ? base.sections : []
    const ids = await Promise.all(all.map(({ channel }) => findChannel(channel).catch(() => undefined)))
    return ids.filter(id => id !== undefined)
  }

  async #writeBack(files: Files, look: string | undefined): Promise<void> {
    const { place, onEvent } = this.#options
    try {
      const next = place.format.write(files, await this.#entries())
      const differs = [...next].some(([path, text]) => files.get(path) !== text)
      // Somebody saves at this very moment: what they wrote is looked at first.
      if (differs && (await place.look()) !== look) return
      if (differs) {
        await place.write(next)
        this.#seen = await place.look()
        onEvent({ kind: 'written' })
      }
      const kept = JSON.stringify({ files: [...next], out: [...this.#out] })
      if (kept !== this.#kept) await writeWhole(this.#options.baseFile, kept, 0o600)
      this.#kept = kept
      this.#base = next
    } catch (error) {
      onEvent({ kind: 'failed', error })
    }
  }

  /** What is to stand in the files: all that is configured, but for sections that somebody took out and nobody has changed since. */
  async #entries(): Promise<readonly Entry[]> {
    const all = await entriesOf(this.#options.deps)
    return all
      .filter(({ id, lists }) => this.#out.get(id) !== JSON.stringify(lists))
      .map(entry => {
        const called = this.#called.get(entry.id)
        return called?.startsWith('#') === true ? { ...entry, name: called.slice(1) } : entry
      })
  }

  async #keywords(): Promise<(channel: string) => readonly string[]> {
    const routes = await this.#options.deps.store.routes()
    const lanes = await this.#options.deps.store.lanes()
    return channel => {
      const id = channel.startsWith('#') ? lanes.find(({ name }) => `#${name}` === channel)?.channel : channel
      return (routes.find(route => route.channel === id) ?? emptyRoute('x', channel)).keywords
    }
  }

  /** A base that cannot be read is none: the files are right then. */
  async #readBase(): Promise<void> {
    const text = await readFile(this.#options.baseFile, 'utf8').catch(() => '')
    const { data } = kept.safeParse(parsed(text))
    if (data === undefined) return
    this.#base = new Map(data.files)
    this.#out = new Map(data.out)
    this.#kept = text
  }
}

const pairs = z.array(z.tuple([z.string(), z.string()]))
const kept = z.object({ files: pairs, out: pairs })

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
