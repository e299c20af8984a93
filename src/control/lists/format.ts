/** What the two ways to keep lists in files have in common: the file of all channels (yaml.ts), and the old bot's folders (folders.ts). */
import type { Lists, SomeLists } from './lists.ts'

/** Texts by their path below the place that is watched; one file alone has the path "". */
export type Files = ReadonlyMap<string, string>

/** What the files say of one channel. */
export interface Section {
  /** A channel's id, or its name after a `#`. */
  readonly channel: string
  readonly lists: SomeLists
  /** Path of the file that it begins in; absent when there is only one. */
  readonly file?: string
  /** The line in which it begins. */
  readonly line: number
  /** The line of one item of one of its lists. */
  lineOf(list: keyof Lists, item: number): number
}

export interface Problem {
  readonly file?: string
  readonly line: number
  /** The section that it is in, if any. */
  readonly channel?: string
  /** Reason and way out, in plain words. */
  readonly why: string
}

export type Reading =
  | { readonly ok: true; readonly sections: readonly Section[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** One channel as it is to stand in the files. */
export interface Entry {
  readonly id: string
  /** For people's eyes, and where there are folders their name; empty when it is not known. */
  readonly name: string
  readonly lists: Lists
}

export interface Format {
  isOurs(path: string): boolean
  /** Never throws, whatever the texts are. `known`: the keywords that a channel (as the files name it) has at present. */
  read(files: Files, known: (channel: string) => readonly string[]): Reading
  /** The texts with each entry as it is now; what says the same stays as it was written. `files` must be readable. */
  write(files: Files, entries: readonly Entry[]): Files
}
