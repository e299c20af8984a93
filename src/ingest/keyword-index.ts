/**
 * Finds, among very many filters, those that a post could match, in one pass over its tokens. A filter is filed under its required
 * literals (domain/filter `literals`): words and phrases in a trie whose edges are whole tokens, everything else under an exact key.
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

export class KeywordIndex<T> {
  readonly #roots = new Map<number, Node<T>>()
  readonly #exact = new Map<string, T[]>()
  /** How many are filed under addresses: cutting a post's links is spared while there are none. */
  #urls = 0
  /** Knows every key of `#roots`, and keys of the past. */
  #gate = new Gate(this.#roots)

  /** Files a value under each of the literals. */
  add(literals: readonly Literal[], value: T): void {
    for (const literal of literals) {
      if (literal.kind === 'text') this.#addText(needleFor(literal).hashes, value)
      else {
        const key = keyOf(literal)
        if (literal.kind === 'url') this.#urls++
        const values = this.#exact.get(key)
        if (values === undefined) this.#exact.set(key, [value])
        else values.push(value)
      }
    }
  }

  /** Takes back what `add` did with the same arguments. */
  remove(literals: readonly Literal[], value: T): void {
    for (const literal of literals) {
      if (literal.kind === 'text') this.#removeText(needleFor(literal).hashes, value)
      else {
        const key = keyOf(literal)
        if (literal.kind === 'url') this.#urls--
        const values = this.#exact.get(key) ?? []
        takeOut(values, value)
        if (values.length === 0) this.#exact.delete(key)
      }
    }
  }

  /** Every value one of whose literals is in the post, one with several perhaps several times. */
  search(doc: Doc): readonly T[] {
    const found: T[] = []
    if (this.#roots.size > 0) for (const { tokens } of doc.bodies) this.#searchText(tokens, found)
    if (this.#exact.size > 0) for (const key of this.#keysOf(doc)) collect(this.#exact.get(key), found)
    return found
  }

  #searchText({ hashes }: Tokens, found: T[]): void {
    for (let first = 0; first < hashes.length; first++) {
      const hash = hashes[first] ?? 0
      if (!this.#gate.has(hash)) continue
      let node = this.#roots.get(hash)
      for (let at = first + 1; node !== undefined; at++) {
        collect(node.values, found)
        node = at < hashes.length ? node.next?.get(hashes[at] ?? 0) : undefined
      }
    }
  }

  *#keysOf({ post, bodies }: Doc): Iterable<string> {
    yield `from:${post.author.id}`
    if (post.author.handle !== '') yield `from:${fold(post.author.handle)}`
    for (const { body } of bodies) {
      for (const span of body.text) {
        if (span.kind === 'hashtag' || span.kind === 'cashtag') yield `${span.kind}:${fold(span.tag)}`
        else if (span.kind === 'mention') yield `mention:${fold(span.handle)}`
        else if (span.kind === 'link' && this.#urls > 0) {
          for (const address of addresses(span)) for (const token of needleOf(address).tokens) yield `url:${token}`
        }
      }
    }
  }

  #addText(hashes: readonly number[], value: T): void {
    let nodes = this.#roots
    let node: Node<T> | undefined
    for (const hash of hashes) {
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
    const [root] = hashes
    if (node === undefined || root === undefined) throw new Error('a text without a token was filed')
    if (!this.#gate.add(root)) this.#gate = new Gate(this.#roots)
    if (node.values === undefined) node.values = [value]
    else node.values.push(value)
  }

  #removeText(hashes: readonly number[], value: T): void {
    const path: { nodes: Map<number, Node<T>>; hash: number; node: Node<T> }[] = []
    let nodes: Map<number, Node<T>> | undefined = this.#roots
    for (const hash of hashes) {
      const node: Node<T> | undefined = nodes?.get(hash)
      if (nodes === undefined || node === undefined) throw new Error('a text was taken out that was never filed')
      path.push({ nodes, hash, node })
      nodes = node.next
    }
    takeOut(path.at(-1)?.node.values ?? [], value)
    for (const { nodes: siblings, hash, node } of path.reverse()) {
      if (node.values?.length === 0) node.values = undefined
      if (node.next?.size === 0) node.next = undefined
      if (node.values === undefined && node.next === undefined) siblings.delete(hash)
    }
  }
}

function keyOf(literal: Exclude<Literal, { kind: 'text' }>): string {
  switch (literal.kind) {
    case 'from':
      return `from:${fold(literal.who)}`
    case 'url':
      // One word of the address is enough to be found by; the longest is the rarest.
      return `url:${needleFor(literal).tokens.reduce((longest, token) => (token.length > longest.length ? token : longest))}`
    default:
      return `${literal.kind}:${fold(literal.name)}`
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
