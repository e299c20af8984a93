/** What is fuzzed: a reader of something from outside, valid inputs to begin from, and what must hold whatever comes. */
import type fc from 'fast-check'

export interface Target {
  readonly name: string
  /** How inputs are changed: `json` as a tree too, `text` by characters, `bytes` where each character of the input is one byte. */
  readonly shape: 'json' | 'text' | 'bytes'
  /** Its part of a run over all targets, beside those of the others: much for what takes microseconds, little for what opens a database. */
  readonly share: number
  /** Inputs are not made longer than this, characters: what the door in front lets through, or a size that shows quadratic work. */
  readonly charsMax: number
  /** Valid inputs. */
  readonly seeds: readonly string[]
  /** Pieces that mean something there. */
  readonly words: readonly string[]
  /** Inputs made from nothing, where there is a grammar for them. */
  readonly fresh?: fc.Arbitrary<string>
  open(): Bench | Promise<Bench>
}

/** What must hold of what came out; throws where it does not. Not counted in an input's time. */
export type Check = () => void

export interface Bench {
  /** Reads one input; throws where that is wrong. Inputs are independent of each other. */
  run(input: string): Check | undefined | Promise<Check | undefined>
  close?(): void | Promise<void>
}

/** Something that must hold does not. The sentence is the same for all inputs of that kind, so that each kind is told once. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly detail: string

  constructor(sentence: string, detail = '') {
    super(sentence)
    this.detail = detail
  }
}

export function must(holds: boolean, sentence: string, detail: unknown = ''): asserts holds {
  if (!holds)
    throw new Violation(sentence, (typeof detail === 'string' ? detail : (JSON.stringify(detail) ?? '')).slice(0, 2000))
}

/** Of an input of shape `bytes`. */
export const bytesOf = (input: string): Buffer => Buffer.from(input, 'latin1')
/** The input of shape `bytes` that is this text in UTF-8. */
export const byteInput = (text: string): string => Buffer.from(text).toString('latin1')

/** A number that depends on nothing but the text (32-bit FNV-1a): chance that comes back when the input does. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
