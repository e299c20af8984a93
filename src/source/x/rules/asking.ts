/**
 * Heads and how broadly their wants are taken → what has to be packed into rules. Pure but for what it remembers of wants met before.
 */
import type { Group } from './packing.ts'
import { bare, type Head, itemOf, softened, type Template, templatesOf, withoutCovered } from './template.ts'
import { type Want, wantKey } from './want.ts'

/** Wants that are taken more broadly, and heads that are asked for whole. */
export interface Broadening {
  readonly wants: ReadonlyMap<Want, Want>
  readonly whole: ReadonlySet<Head>
}

export const notBroadened: Broadening = { wants: new Map(), whole: new Set() }

export class Asking {
  readonly #keywordCharsMax: number
  readonly #refusedTails: ReadonlyMap<string, string>
  readonly #templates = new Map<string, readonly Template[]>()
  /** Tails that X refused and that would be asked for, with its reasons. */
  readonly refusals = new Map<string, string>()

  constructor(keywordCharsMax: number, refusedTails: ReadonlyMap<string, string>) {
    this.#keywordCharsMax = keywordCharsMax
    this.#refusedTails = refusedTails
  }

  /** The templates by which a head is asked for; none of them repeats another. */
  templates(head: Head, { wants, whole }: Broadening): readonly Template[] {
    if (whole.has(head)) return [bare]
    const apart = head.id !== head.inReposts
    const taken = new Map(head.wants.map(want => wants.get(want) ?? want).map(want => [this.#keyOf(want), want]))
    const key = `${apart} ${[...taken.keys()].join(' ')}`
    const known = this.#templates.get(key)
    if (known !== undefined) return known
    const all = [...taken.values()].flatMap(want => templatesOf(want, apart, this.#keywordCharsMax))
    const made = withoutCovered(
      all.map(template => this.#accepted(template)),
      !apart,
    )
    this.#templates.set(key, made)
    return made
  }

  /** By form and tail: what has to be asked for. */
  groups(heads: Iterable<Head>, broadening: Broadening): ReadonlyMap<string, Group> {
    const groups = new Map<string, { readonly tail: string; readonly items: string[] }>()
    for (const head of heads) {
      for (const template of this.templates(head, broadening)) {
        const name = `${head.kind} ${template.form} ${template.tail}`
        const group = groups.get(name)
        const item = itemOf(head, template)
        if (group === undefined) groups.set(name, { tail: template.tail, items: [item] })
        else group.items.push(item)
      }
    }
    return groups
  }

  /** What X has refused is asked for without what it may dislike, in the end bare. */
  #accepted(template: Template): Template {
    let accepted = template
    for (;;) {
      const why = this.#refusedTails.get(accepted.tail)
      if (why === undefined) return accepted
      this.refusals.set(accepted.tail, why)
      accepted = softened(accepted) ?? bare
    }
  }

  readonly #keys = new WeakMap<Want, string>()
  #keyOf(want: Want): string {
    const key = this.#keys.get(want) ?? wantKey(want)
    this.#keys.set(want, key)
    return key
  }
}
