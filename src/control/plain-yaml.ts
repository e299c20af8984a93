/**
 * YAML that people write, read so that no text holds up the process. The library takes time that grows with the square of the number of keys of a
 * map or of errors, and with a key that is itself a map, in which there is another one, for ever and with all memory: so keys are compared here, and
 * a key is a word. Never throws.
 */
import { type Document, isCollection, isScalar, LineCounter, parseDocument, visit } from 'yaml'

/** `prettyErrors` and `uniqueKeys` are what takes the time; of warnings nobody would read. */
export const yamlOptions = { logLevel: 'error', prettyErrors: false, uniqueKeys: false } as const

export type Yaml =
  /** `value`: the plain values; `{}` where nothing is said. */
  | { readonly ok: true; readonly document: Document; readonly value: unknown; lineAt(offset: number): number }
  /** `offset` and `line`: where it is wrong, as far as that is known; `why`: a few words. `document`: as far as it could be read. */
  | {
      readonly ok: false
      readonly why: string
      readonly line?: number
      readonly offset?: number
      readonly document?: Document
    }

export function readYaml(text: string): Yaml {
  const lines = new LineCounter()
  const lineAt = (offset: number) => lines.linePos(offset).line || 1
  try {
    const document: Document = parseDocument(text, { ...yamlOptions, lineCounter: lines })
    const [error] = document.errors
    const wrong = error === undefined ? wrongKey(document) : { offset: error.pos[0], why: wordsOf(error) }
    if (wrong !== undefined) return { ok: false, ...wrong, line: lineAt(wrong.offset), document }
    // An alias (`*name`) that leads nowhere, or to too much, is found only here.
    return { ok: true, document, value: document.toJS() ?? {}, lineAt }
  } catch (cause) {
    return { ok: false, why: cause instanceof Error ? wordsOf(cause) : String(cause) }
  }
}

/** Deep nesting is told in the engine's words, by itself or inside the library's. */
function wordsOf({ message }: Error): string {
  return /call stack/i.test(message) ? 'There is too much inside of something else' : message
}

/** The first key that is not a word, or that its map has already. */
function wrongKey(document: Document): { readonly offset: number; readonly why: string } | undefined {
  let wrong: { readonly offset: number; readonly why: string } | undefined
  visit(document, {
    Map(_, map) {
      const keys = new Set<unknown>()
      for (const { key } of map.items) {
        const value = isScalar(key) ? key.value : key
        const why =
          isCollection(value) || (value !== null && typeof value === 'object')
            ? 'What stands before a colon must be a word'
            : keys.has(value)
              ? 'Map keys must be unique'
              : undefined
        if (why !== undefined) {
          wrong = { offset: startOf(key) ?? startOf(map) ?? 0, why }
          return visit.BREAK
        }
        keys.add(value)
      }
      return undefined
    },
  })
  return wrong
}

/** Where a node begins in the text. */
export function startOf(node: unknown): number | undefined {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? node.range[0]
    : undefined
}
