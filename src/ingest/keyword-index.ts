/**
 * Finds, among very many filters, those that a post could match, in one pass over its tokens. A filter is filed under its required
 * literals (domain/filter `literals`): words and phrases in a trie whose edges are whole tokens, everything else under its exact name.
 * Guarantees: whatever matches a post is found. What is found need not match; the caller runs the whole filter on it.
 * Changed in place: adding or removing one filter costs about its own length, whatever the size of the index.
 */
import type { Doc } from '../domain/filter/doc.ts'
import type { Literal } from '../domain/filter/filter.ts'
import { addresses, needleFor } from '../domain/filter/match.ts'
import { fold, needleOf, type Tokens } from '../domain/filter/text.ts'
import { Gate } from './gate.ts'

interface Node<T> {
  /** By the hash of the next token: strings are only compared when a filter is run, which for most words is never. */
  next: Map<number, Node<T>> | undefined
  values: T[] | undefined
}

type Exact = Exclude<Literal, { kind: 'text' }>

export class KeywordIndex<T> {
  /** By the first step of `pathOf`. */
  readonly #roots = new Map<number, Node<T>>()
  /** Knows every key of `#roots`, and keys of the past. */
  #gate = new Gate(this.#roots)
  /** By folded name; an address by one of its words. */
  readonly #exact: Readonly<Record<Exact['kind'], Map<string, T[]>>> = {
    hashtag: new Map(),
    cashtag: new Map(),
    mention: new Map(),
    from: new Map(),
    url: new Map(),
  }

  /** Files a value under each of the literals. */
  add(literals: readonly Literal[], value: T): void {
    for (const literal of literals) {
      if (literal.kind === 'text') {
        this.#addText(needleFor(literal).hashes, value)
        continue
      }
      const names = this.#exact[literal.kind]
      const values = names.get(nameOf(literal))
      if (values === undefined) names.set(nameOf(literal), [value])
      else values.push(value)
    }
  }

  /** Takes back what `add` did with the same arguments. */
  remove(literals: readonly Literal[], value: T): void {
    for (const literal of literals) {
      if (literal.kind === 'text') {
        this.#removeText(needleFor(literal).hashes, value)
        continue
      }
      const names = this.#exact[literal.kind]
      const values = names.get(nameOf(literal)) ?? []
      takeOut(values, value)
      if (values.length === 0) names.delete(nameOf(literal))
    }
  }

  /** Every value one of whose literals is in the post, one with several perhaps several times. */
  search(doc: Doc): readonly T[] {
    const found: T[] = []
    const { from, url } = this.#exact
    if (from.size > 0) {
      const { id, handle } = doc.post.author
      collect(from.get(id), found)
      if (handle !== '') collect(from.get(fold(handle)), found)
    }
    for (const { body, tokens } of doc.bodies) {
      if (this.#roots.size > 0) this.#searchText(tokens, found)
      for (const span of body.text) {
        if (span.kind === 'text') continue
        if (span.kind !== 'link') {
          const names = this.#exact[span.kind]
          if (names.size > 0) collect(names.get(fold(span.kind === 'mention' ? span.handle : span.tag)), found)
        } else if (url.size > 0) {
          for (const address of addresses(span))
            for (const word of needleOf(address).tokens) collect(url.get(word), found)
        }
      }
    }
    return found
  }

  #searchText({ hashes }: Tokens, found: T[]): void {
    for (let first = 0; first < hashes.length; first++) {
      const hash = hashes[first] ?? 0
      this.#walk(hash, hashes, first + 1, found)
      if (first + 1 < hashes.length) this.#walk(pairOf(hash, hashes[first + 1] ?? 0), hashes, first + 2, found)
    }
  }

  /** Collects what is filed under a key of `#roots` and, as far as the trie goes on, the tokens from `next` on. */
  #walk(key: number, hashes: readonly number[], next: number, found: T[]): void {
    if (!this.#gate.has(key)) return
    let node = this.#roots.get(key)
    for (let at = next; node !== undefined; at++) {
      collect(node.values, found)
      node = at < hashes.length ? node.next?.get(hashes[at] ?? 0) : undefined
    }
  }

  #addText(hashes: readonly number[], value: T): void {
    const path = pathOf(hashes)
    let nodes = this.#roots
    let node: Node<T> | undefined
    for (const hash of path) {
      if (node !== undefined) {
        node.next ??= new Map()
        nodes = node.next
      }
      node = nodes.get(hash)
      if (node === undefined) {
        node = { next: undefined, values: undefined }
        nodes.set(hash, node)
      }
    }
    const [root] = path
    if (node === undefined || root === undefined) throw new Error('a text without a token was filed')
    if (!this.#gate.add(root)) this.#gate = new Gate(this.#roots)
    if (node.values === undefined) node.values = [value]
    else node.values.push(value)
  }

  #removeText(hashes: readonly number[], value: T): void {
    const passed: { nodes: Map<number, Node<T>>; hash: number; node: Node<T> }[] = []
    let nodes: Map<number, Node<T>> | undefined = this.#roots
    for (const hash of pathOf(hashes)) {
      const node: Node<T> | undefined = nodes?.get(hash)
      if (nodes === undefined || node === undefined) throw new Error('a text was taken out that was never filed')
      passed.push({ nodes, hash, node })
      nodes = node.next
    }
    takeOut(passed.at(-1)?.node.values ?? [], value)
    for (const { nodes: siblings, hash, node } of passed.reverse()) {
      if (node.values?.length === 0) node.values = undefined
      if (node.next?.size === 0) node.next = undefined
      if (node.values === undefined && node.next === undefined) siblings.delete(hash)
    }
  }
}

/**
 * The way of a text into the trie. A text of several tokens begins with its first two as one key: common words begin very many phrases,
 * and with one key for each of those words nearly every token of a post would lead into the trie, and nearly always for nothing.
 */
function pathOf([first, second, ...others]: readonly number[]): readonly number[] {
  if (first === undefined) return []
  return second === undefined ? [first] : [pairOf(first, second), ...others]
}

function pairOf(first: number, second: number): number {
  return (Math.imul(first, 0x9e3779b1) + second) | 0
}

function nameOf(literal: Exact): string {
  switch (literal.kind) {
    case 'from':
      return fold(literal.who)
    case 'url':
      // One word of the address is enough to be found by; the longest is the rarest.
      return needleFor(literal).tokens.reduce((longest, token) => (token.length > longest.length ? token : longest))
    default:
      return fold(literal.name)
  }
}

function collect<T>(values: readonly T[] | undefined, found: T[]): void {
  if (values !== undefined) for (const value of values) found.push(value)
}

function takeOut<T>(values: T[], value: T): void {
  const at = values.indexOf(value)
  if (at < 0) throw new Error('a value was taken out that was never filed')
  const last = values.pop()
  if (last !== undefined && at < values.length) values[at] = last
}
