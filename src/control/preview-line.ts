/** A post of the past on one line of an answer. */
import { type Post, plainText } from '../domain/post.ts'
import { ago, name, person } from './words.ts'

/** Who, when with its address, and how it begins. */
export function postLine(post: Post, now: number): string {
  const { author } = post
  const when = ago(now, post.createdAt)
  const link = /^https:\/\/[^\s<>|]+$/.test(post.url) ? `<${post.url.replaceAll('&', '&amp;')}|${when}>` : when
  const own = plainText(post)
  const text = name(own.trim() === '' && post.inner !== undefined ? plainText(post.inner) : own)
  return `${person({ source: post.source, ...author })}, ${link}: ${text === '' ? 'without words' : text}`
}
