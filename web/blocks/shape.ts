/** Careful reading of blocks as they came over the wire: what is not of the expected shape is absent, never an exception. */

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The string at `key`, or empty. */
export function stringAt(fields: Fields, key: string): string {
  const value = fields[key]
  return typeof value === 'string' ? value : ''
}

export function numberAt(fields: Fields, key: string): number {
  const value = fields[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

/** The object at `key`, or an empty one. */
export function fieldsAt(fields: Fields, key: string): Fields {
  const value = fields[key]
  return isFields(value) ? value : {}
}

/** The objects of the list at `key`; whatever else is in it becomes an object without a type, so that it still gets its placeholder. */
export function listAt(fields: Fields, key: string): readonly Fields[] {
  const value = fields[key]
  return Array.isArray(value) ? value.map((item: unknown) => (isFields(item) ? item : {})) : []
}

/** An address a link or a picture may lead to; undefined for `javascript:` and its like. */
export function safeUrl(url: string): string | undefined {
  return /^(?:https?:\/\/|mailto:|tel:)/i.test(url) ? url : undefined
}
