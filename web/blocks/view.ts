/** What a renderer must be told about the reader and the place: names, clock, where pictures come from, what a click does. */
import type { DateView } from './date.ts'
import type { Fields } from './shape.ts'

export interface BlockView {
  readonly date: DateView
  /** The name shown for a mention, without `@` or `#`; undefined when unknown: then the id is shown. */
  readonly nameOf: (of: 'user' | 'channel' | 'group', id: string) => string | undefined
  /** The address from which a picture is really loaded. */
  readonly pictureAt: (url: string) => string
  /** What is wrong with fields of a form, by `block_id`. */
  readonly problems?: Readonly<Record<string, string>>
  /** A button or a menu's option was used. Absent: they are drawn, and do nothing but follow their own link. */
  readonly onAction?: (action: Fields) => void
}
