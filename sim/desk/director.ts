/**
 * Makes the world live while somebody watches: a post every few seconds, first the script's, then, every few lines, one of the world's own.
 * Random only in its pauses, and those come from the world's seed.
 */
import { createRandom } from '../world/random.ts'
import type { Draft, World, WorldPost } from '../world/world.ts'
import { burstAuthors, burstTexts, type Line, script, threadTexts } from './script.ts'

export interface DirectorOptions {
  readonly world: World
  readonly seed?: number | string
  /** Between two posts. */
  readonly pauseMs?: { readonly least: number; readonly most: number }
  /** Told of every post that is written here. */
  readonly wrote: (post: WorldPost) => void
}

export class Director {
  readonly #options: DirectorOptions
  readonly #random
  readonly #newest = new Map<string, string>()
  #next = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: DirectorOptions) {
    this.#options = options
    this.#random = createRandom(`director:${options.seed ?? 1}`)
  }

  /** Writes the first post after `firstMs`, then goes on until `stop`. */
  start(firstMs: number): void {
    this.#timer = setTimeout(() => {
      this.write()
      const { least, most } = this.#options.pauseMs ?? { least: 2000, most: 4000 }
      this.start(this.#random.int(least, most))
    }, firstMs)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Writes the next post now. */
  write(): WorldPost {
    const { world, wrote } = this.#options
    const at = this.#next % script.length
    const round = Math.floor(this.#next / script.length)
    const line = script[at]
    this.#next += 1
    // From the second round on the world's own life mixes in: other people, other scripts, texts that try to do harm.
    const own = line === undefined || (round > 0 && line.id === undefined && line.about === undefined)
    const post = own ? world.next() : world.post(this.#draft(line, round))
    if (!own && line.id !== undefined) this.#newest.set(line.id, post.id)
    wrote(post)
    return post
  }

  /** A post with a picture, by somebody whom a channel follows; whoever asked for it tells of it. */
  picture(): WorldPost {
    return this.#options.world.post({
      author: 'halden_lab',
      text: 'The view from the shaft at four in the afternoon. It is also the view at noon.',
      media: [{ kind: 'photo', alt: 'A black rectangle with one small lamp in it' }],
    })
  }

  /** A thread of three, by somebody whom a channel follows. */
  thread(): readonly WorldPost[] {
    const { world } = this.#options
    const posts: WorldPost[] = []
    for (const text of threadTexts) {
      const before = posts.at(-1)
      posts.push(world.post({ author: 'mira_okafor', text, ...(before === undefined ? {} : { replyTo: before.id }) }))
    }
    return posts
  }

  /** Many posts at the same moment, by people whom a channel follows. */
  burst(count: number): readonly WorldPost[] {
    return Array.from({ length: count }, (_, i) =>
      this.#options.world.post({
        author: burstAuthors[i % burstAuthors.length] ?? 'halden_lab',
        text: `Live from the commissioning shift, note ${i + 1}: ${burstTexts[i % burstTexts.length]}`,
      }),
    )
  }

  #draft(line: Line, round: number): Draft {
    const draft = line.draft(round)
    const about = line.about === undefined ? undefined : this.#newest.get(line.about)
    return about === undefined || line.as === undefined ? draft : { ...draft, [line.as]: about }
  }
}
