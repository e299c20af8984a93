/** Goes through every object inside a value, in document order, with its JSON pointer. One reader for all who look into blocks. */
import { type Fields, isFields } from './schema.ts'

/** One object found inside blocks, and where. */
export interface Found {
  readonly value: Fields
  readonly at: string
}

/** Every object inside `value`, itself first. `at` is the pointer of `value`. */
export function* walk(value: unknown, at: string): Generator<Found> {
  if (Array.isArray(value)) {
    for (const [i, entry] of value.entries()) yield* walk(entry, `${at}/${i}`)
  } else if (isFields(value)) {
    yield { value, at }
    for (const [key, entry] of Object.entries(value)) yield* walk(entry, `${at}/${key}`)
  }
}

/** A picture that Slack would fetch while the message is posted. `at` points at the address itself. */
export interface PictureAddress {
  readonly url: string
  readonly at: string
}

/** The addresses of all pictures: image blocks, images in context blocks, accessories, and a video's thumbnail. */
export function pictures(blocks: unknown, at = '/blocks'): PictureAddress[] {
  const found: PictureAddress[] = []
  for (const { value, at: where } of walk(blocks, at)) {
    for (const key of ['image_url', 'thumbnail_url']) {
      const address = value[key]
      if (typeof address === 'string') found.push({ url: address, at: `${where}/${key}` })
    }
  }
  return found
}
