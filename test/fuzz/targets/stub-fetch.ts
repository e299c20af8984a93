/** The network as whoever is fuzzed sees it: each request is answered by what the input says. Nothing leaves this process. */

/** What the other side answers. */
export interface Said {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Answers requests until it is given back. */
export interface StubFetch extends Disposable {
  answer: (url: string) => Said
  /** Requests so far. */
  asked: number
}

export function stubFetch(): StubFetch {
  const real = globalThis.fetch
  const stub: StubFetch = {
    answer: () => ({ status: 200, headers: {}, body: '{}' }),
    asked: 0,
    [Symbol.dispose]() {
      globalThis.fetch = real
    },
  }
  globalThis.fetch = async input => {
    stub.asked++
    const url = String(input instanceof Request ? input.url : input)
    const { status, headers, body } = stub.answer(url)
    // These carry no body. fetch.spec.whatwg.org/#null-body-status
    const empty = [101, 103, 204, 205, 304].includes(status)
    return new Response(empty ? null : body, { status, headers: { 'content-type': 'application/json', ...headers } })
  }
  return stub
}

/** The input's `status`, `headers` and `body` as far as they can be those of an HTTP answer; any other input is the body of a 200. */
export function saidIn(input: unknown): Said {
  if (!isRecord(input) || !('body' in input)) return { status: 200, headers: {}, body: textOf(input) }
  const { status, headers, body } = input
  return {
    status: typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599 ? status : 200,
    headers: isRecord(headers)
      ? Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => headerOf(name, value)))
      : {},
    body: textOf(body),
  }
}

/** Only what HTTP lets through: anything else no server can send. */
function headerOf(name: string, value: unknown): readonly (readonly [string, string])[] {
  const text = textOf(value).trim()
  return /^[\w-]{1,60}$/.test(name) &&
    /^[\x20-\x7e]{0,200}$/.test(text) &&
    !/^(?:content-encoding|content-length|transfer-encoding)$/i.test(name)
    ? [[name.toLowerCase(), text]]
    : []
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
