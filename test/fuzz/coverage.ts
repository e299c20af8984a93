/**
 * Which characters of our own sources have run, by V8's block coverage: what tells an input that does something new from one that does not.
 * One look takes about a millisecond, so it is taken after a batch of inputs. nodejs.org/api/inspector.html,
 * chromedevtools.github.io/devtools-protocol/v8/Profiler
 */
import { type Profiler, Session } from 'node:inspector'

/** Of our sources only; tests and simulators are not what is fuzzed. */
const ours = new URL('../../src/', import.meta.url).href

/** Characters of sources, by file. */
export type Places = Map<string, Set<number>>

export class Coverage {
  readonly #session = new Session()
  /** By file: the places of the characters that have run. */
  readonly #ran: Places = new Map()
  #looks = 0

  constructor() {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Characters that have run so far. */
  get chars(): number {
    return [...this.#ran.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** How often it was looked. */
  get looks(): number {
    return this.#looks
  }

  /** Takes up what ran since the last look, and returns what of it had not run before. */
  look(): Places {
    const news: Places = new Map()
    for (const { url, functions } of this.#taken()) {
      const known = this.#ran.get(url) ?? new Set()
      this.#ran.set(url, known)
      for (const at of placesOf(functions)) {
        if (known.has(at)) continue
        known.add(at)
        const fresh = news.get(url) ?? new Set()
        news.set(url, fresh.add(at))
      }
    }
    return news
  }

  /** Whether any of these ran since the last look. `taking`: what did is taken out. */
  ranOf(places: Places, taking: boolean): boolean {
    let some = false
    for (const { url, functions } of this.#taken()) {
      const asked = places.get(url)
      if (asked === undefined) continue
      for (const at of placesOf(functions)) {
        if (!asked.has(at)) continue
        some = true
        if (taking) asked.delete(at)
      }
      if (asked.size === 0) places.delete(url)
    }
    return some
  }

  close(): void {
    this.#session.post('Profiler.stopPreciseCoverage')
    this.#session.disconnect()
  }

  #taken(): readonly Profiler.ScriptCoverage[] {
    this.#looks++
    let scripts: readonly Profiler.ScriptCoverage[] = []
    // The callback of a session in the same thread is called before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error
      scripts = result.filter(({ url }) => url.startsWith(ours))
    })
    return scripts
  }
}

function* placesOf(functions: readonly Profiler.FunctionCoverage[]): Generator<number> {
  const ran = new Uint8Array(Math.max(0, ...functions.map(({ ranges }) => ranges[0]?.endOffset ?? 0)))
  // Outer functions come before what is in them, and so do outer blocks: the innermost word counts.
  for (const { ranges } of functions)
    for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  for (let at = ran.indexOf(1); at !== -1; at = ran.indexOf(1, at + 1)) yield at
}
