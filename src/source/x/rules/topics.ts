/** Topics in X's language. Pure. */
import type { Filter } from '../../../domain/filter/filter.ts'
import { parse } from '../../../domain/filter/parse.ts'
import type { Route } from '../../../domain/route.ts'
import { compileAlone } from './compile.ts'
import { splitAtOr } from './packing.ts'

export interface Topic {
  /** As it is asked for in posts that are no reposts, and in reposts. */
  readonly own: string
  readonly inReposts: string
}

/** A topic, one part for each side of its OR; or why it cannot be asked for. */
export function readTopic(topic: string, charsMax: number): readonly Topic[] | string {
  const parsed = parse(topic)
  if (!parsed.ok) return cannot(topic)
  const parts: Topic[] = []
  for (const side of parsed.filter.kind === 'or' ? parsed.filter.any : [parsed.filter]) {
    const own = compiled(side, 'own')
    const inReposts = compiled(side, 'any')
    if (own === undefined || inReposts === undefined) return cannot(topic)
    if (inReposts.length > charsMax) return tooLong(topic)
    // What is kept out of it may make it too long: then it is kept out here.
    if (own === inReposts || own.length > charsMax)
      parts.push(...splitAtOr(inReposts).map(text => ({ own: text, inReposts: text })))
    else parts.push({ own, inReposts })
  }
  return parts
}

function compiled(filter: Filter, posts: 'own' | 'any'): string | undefined {
  const text = compileAlone(filter, { words: 'nearest', posts })
  return text?.standalone === true ? text.text : undefined
}

/** The topics of all channels as recent search is asked for them, each once, sorted. */
export function topicTexts(
  routes: readonly Route[],
  charsMax: number,
): { readonly texts: readonly string[]; readonly problems: readonly string[] } {
  const texts = new Set<string>()
  const problems = new Set<string>()
  for (const topic of routes.flatMap(route => route.topics)) {
    const parsed = parse(topic)
    const compiled = parsed.ok ? compileAlone(parsed.filter, { words: 'nearest', posts: 'search' }) : undefined
    if (compiled === undefined || !compiled.standalone) problems.add(cannot(topic))
    else if (compiled.text.length > charsMax) problems.add(tooLong(topic))
    else texts.add(compiled.text)
  }
  return { texts: [...texts].sort(), problems: [...problems] }
}

function cannot(topic: string): string {
  return `The topic ${topic} cannot be asked of X: it needs a word that few posts have, a tag or an account.`
}

function tooLong(topic: string): string {
  return `The topic ${topic} is too long for X.`
}
