/**
 * What a channel's form, sent, asks for, as somebody would have typed it: the desk's own reading of what changed between what the form held
 * and what was sent. Pure. What it does not understand becomes a command that leaves the channel out of the proof.
 */
import type { FormValues } from './types.ts'

type Values = Readonly<Record<string, unknown>>

/** Settings that change nothing of what belongs in the channel. */
const harmless = new Set(['reading', 'zone'])
const notUnderstood = '/birdwire form'

/** `held`: what was in the form, by `action_id`. */
export function toldBy(held: Values, sent: FormValues): readonly string[] {
  return Object.entries(sent).flatMap(([id, value]) => told(id.replace(/^view:/, ''), held[id] ?? null, value))
}

function told(field: string, before: unknown, after: unknown): readonly string[] {
  if (same(before, after) || harmless.has(field)) return []
  const [was, is] = [lines(before), lines(after)]
  const added = is.filter(line => !was.includes(line))
  const removed = was.filter(line => !is.includes(line))
  const type = (command: string, items: readonly string[], between: string) =>
    items.length === 0 ? [] : [`/birdwire ${command} ${items.join(between)}`]
  switch (field) {
    case 'follow':
      return type('follow', added, ' ')
    case 'followed':
      return [...type('unfollow', removed, ' '), ...type('follow', added, ' ')]
    case 'keywords':
      return [...type('keyword add', added, ', '), ...type('keyword remove', removed, ', ')]
    case 'topics':
      return [...type('topic add', added, ', '), ...type('topic remove', removed, ', ')]
    case 'paused':
      return [`/birdwire ${is.length > 0 ? 'pause' : 'resume'}`]
    default:
      return [notUnderstood]
  }
}

const lines = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value.map(String) : typeof value === 'string' ? value.split(/[\n,;]+/) : [])
    .map(line => line.trim())
    .filter(line => line !== '')

/** Nothing, an empty text and an empty list are the same. */
const same = (a: unknown, b: unknown): boolean => lines(a).join('\n') === lines(b).join('\n')
