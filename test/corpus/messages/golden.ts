/** The golden messages as they lie in this folder: X's line → post → content. For the test beside it and for the gallery of docs/messages.md. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Content } from '../../../src/domain/content.ts'
import type { Post } from '../../../src/domain/post.ts'
import { toPost } from '../../../src/source/x/to-post.ts'

/** In a file a content names a golden post instead of repeating it. */
type Written = Exclude<Content, { kind: 'post' }> | (Omit<PostContent, 'post'> & { readonly post: string })
type PostContent = Extract<Content, { kind: 'post' }>

const folder = import.meta.dirname

/** Of the posts that come from X, and of what is made of them, by name. */
export const wires = namesOf('wire')
export const contents = namesOf('content')
export const names: readonly string[] = [...wires, ...contents]

function namesOf(kind: string): readonly string[] {
  return globSync(`*.${kind}.json`, { cwd: folder })
    .map(file => file.replace(`.${kind}.json`, ''))
    .toSorted()
}

export function fileOf(name: string, kind: 'wire' | 'post' | 'content' | 'blocks'): string {
  return join(folder, `${name}.${kind}.json`)
}

/** The post that X's line makes, as the source reads it. Throws where it is none. */
export function postOf(name: string): Post {
  const reading = toPost(readFileSync(fileOf(name, 'wire'), 'utf8'))
  if (reading.kind === 'drop') throw new Error(`${name} is no post: ${reading.reason}: ${reading.detail}`)
  return reading.post
}

/** What the message `name` is made of. */
export function contentOf(name: string): Content {
  if (wires.includes(name)) return { kind: 'post', post: postOf(name), struck: false }
  const written: Written = JSON.parse(readFileSync(fileOf(name, 'content'), 'utf8'))
  return written.kind === 'post' ? { ...written, post: postOf(written.post) } : written
}
