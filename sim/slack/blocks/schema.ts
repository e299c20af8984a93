/**
 * The small language in which the shape of Block Kit is written down here: checks that compose, each answering with Slack's own
 * sentences and a JSON pointer. The wordings are those observed in public bug reports ("no more than 25 items allowed
 * [json-pointer:/blocks/1/elements]", "invalid additional property: emoji [json-pointer:/blocks/0/text]", …).
 * Lengths are counted in UTF-16 units, the strictest reading of Slack's "characters": what passes here is never too long there.
 */

/** One complaint. `at` is a JSON pointer into the request, such as `/blocks/0/text`. */
export interface Problem {
  readonly message: string
  readonly at: string
}

/** Looks at one value and says what is wrong with it; an empty list means that it is fine. */
export type Check = (value: unknown, at: string) => Problem[]

/** A JSON object whose keys are not known. */
export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** How Slack prints a problem inside `errors`. */
export function sentence(problem: Problem): string {
  return `${problem.message} [json-pointer:${problem.at}]`
}

function wrong(message: string, at: string): Problem[] {
  return [{ message, at }]
}

/** A string of `min` to `max` characters. */
export function text(max: number, min = 1): Check {
  return (value, at) => {
    if (typeof value !== 'string') return wrong('must provide a string', at)
    if (value.length < min) return wrong(`must be more than ${min - 1} characters`, at)
    if (value.length > max) return wrong(`must be less than ${max + 1} characters`, at)
    return []
  }
}

/** An absolute address with a scheme. Slack fetches or opens it, so a relative one is of no use to it. */
export function url(max = 3000): Check {
  const short = text(max)
  return (value, at) => {
    const problems = short(value, at)
    if (problems.length > 0 || typeof value !== 'string') return problems
    return URL.canParse(value) ? [] : wrong('invalid_url', at)
  }
}

export const bool: Check = (value, at) => (typeof value === 'boolean' ? [] : wrong('must provide a boolean', at))

/** A whole number from `min` to `max`. */
export function whole(min: number, max = Number.MAX_SAFE_INTEGER): Check {
  return (value, at) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return wrong('must provide an integer', at)
    return value < min || value > max ? wrong(`must be between ${min} and ${max}`, at) : []
  }
}

/** One of a closed set of values. */
export function oneOf(...values: readonly (string | number)[]): Check {
  return (value, at) => (values.some(v => v === value) ? [] : wrong('must be a valid enum value', at))
}

/** An array of `min` to `max` items, each passing `item`. */
export function list(item: Check, max: number, min = 1): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return wrong('must provide an array', at)
    const size: Problem[] = []
    if (value.length < min) size.push({ message: `must provide at least ${min} items`, at })
    if (value.length > max) size.push({ message: `no more than ${max} items allowed`, at })
    return [...size, ...value.flatMap((entry, i) => item(entry, `${at}/${i}`))]
  }
}

/** An object with these keys and no others. */
export function object(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const known = { ...required, ...optional }
  return (value, at) => {
    if (!isFields(value)) return wrong('must provide an object', at)
    const problems: Problem[] = []
    for (const key of Object.keys(required)) {
      if (value[key] === undefined) problems.push({ message: `missing required field: ${key}`, at })
    }
    for (const [key, entry] of Object.entries(value)) {
      const check = Object.hasOwn(known, key) ? known[key] : undefined
      if (check === undefined) problems.push({ message: `invalid additional property: ${key}`, at })
      else if (entry !== undefined) problems.push(...check(entry, `${at}/${key}`))
    }
    return problems
  }
}

/** An object told apart by its `type`. The `type` itself is checked here; the chosen check must allow the key. */
export function byType(kinds: Readonly<Record<string, Check>>): Check {
  return (value, at) => {
    if (!isFields(value)) return wrong('must provide an object', at)
    const type = value['type']
    if (type === undefined) return wrong('missing required field: type', at)
    const check = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined
    return check === undefined ? wrong(`unsupported type: ${String(type)}`, `${at}/type`) : check(value, at)
  }
}

/** A union of schemas: Slack first says that none matched, and then why the nearest one did not. */
export function union(check: Check): Check {
  return (value, at) => {
    const problems = check(value, at)
    return problems.length === 0 ? [] : [{ message: 'failed to match all allowed schemas', at }, ...problems]
  }
}

/** Every one of these checks. */
export function all(...checks: readonly Check[]): Check {
  return (value, at) => checks.flatMap(check => check(value, at))
}

/** A rule over the whole object, for what a list of keys cannot say. */
export function rule(find: (value: Fields, at: string) => Problem[]): Check {
  return (value, at) => (isFields(value) ? find(value, at) : [])
}

/** A key of an object that has one fixed value. Checked before by `byType`, so it is only let through here. */
export const given: Check = () => []
