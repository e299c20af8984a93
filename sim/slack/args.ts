/**
 * A call's arguments, however they came: query, form, multipart or JSON. The official client always sends forms with objects as JSON text
 * and booleans as "true", so each reader here takes both a value and its text.
 */
import { type Fields, isFields } from './blocks/schema.ts'

/** What a request carried, or the error that Slack answers to a body it cannot read. */
export type Parsed =
  | { readonly ok: true; readonly args: Fields; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly error: string }

/** Reads query and body. `contentType` is the header as it came. */
export async function parseArgs(query: URLSearchParams, contentType: string, body: Buffer): Promise<Parsed> {
  const fromQuery: Fields = Object.fromEntries(query)
  if (body.length === 0) return { ok: true, args: fromQuery, warnings: [] }
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? ''
  if (type === 'application/json') {
    const json = parseJson(body.toString('utf8'))
    if (!isFields(json)) return { ok: false, error: 'invalid_json' }
    const warnings = /charset=/i.test(contentType) ? [] : ['missing_charset']
    return { ok: true, args: { ...fromQuery, ...json }, warnings }
  }
  if (type === 'multipart/form-data') {
    const form = await formData(contentType, body)
    if (form === undefined) return { ok: false, error: 'invalid_form_data' }
    return { ok: true, args: { ...fromQuery, ...form }, warnings: [] }
  }
  if (type === 'application/x-www-form-urlencoded' || type === 'text/plain') {
    const form = Object.fromEntries(new URLSearchParams(body.toString('utf8')))
    return { ok: true, args: { ...fromQuery, ...form }, warnings: [] }
  }
  return { ok: false, error: 'invalid_post_type' }
}

async function formData(contentType: string, body: Buffer): Promise<Fields | undefined> {
  try {
    const response = new Response(new Uint8Array(body), { headers: { 'content-type': contentType } })
    return Object.fromEntries(await response.formData())
  } catch {
    return undefined
  }
}

/** JSON text as a value; `undefined` where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A string argument; numbers are taken as their digits. Empty counts as absent, as it does at Slack. */
export function string(args: Fields, key: string): string | undefined {
  const value = args[key]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A boolean argument: true, "true", 1 or "1", and their opposites. */
export function boolean(args: Fields, key: string): boolean | undefined {
  const value = args[key]
  if (value === true || value === 'true' || value === 1 || value === '1') return true
  if (value === false || value === 'false' || value === 0 || value === '0') return false
  return undefined
}

/** A whole number, or `undefined` where it is absent or not one. */
export function whole(args: Fields, key: string): number | undefined {
  const value = args[key]
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : undefined
}

/** A structured argument: a value as it is, or text that is parsed. Text that is not JSON is given back as the text. */
export function structure(args: Fields, key: string): unknown {
  const value = args[key]
  if (typeof value !== 'string') return value
  if (value === '') return undefined
  const parsed = parseJson(value)
  return parsed === undefined ? value : parsed
}
