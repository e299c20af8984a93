/** The file of all lists: one section a channel, in YAML. */
import type { Entry, Format } from './format.ts'
import { readLists } from './yaml-read.ts'
import { updatedLists } from './yaml-write.ts'

export const yaml: Format = {
  isOurs: path => path === '',
  read: files => readLists(files.get('') ?? ''),
  write: (files, entries) => new Map([['', updatedLists(files.get('') ?? '', entries)]]),
}

/** A whole file. */
export function printLists(entries: readonly Entry[]): string {
  return updatedLists('', entries)
}
