/** Looks for secrets where none may be: in what was printed, posted, answered and stored (I7). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What was found, by the name of its place: text, or bytes as they are on disk. */
export type Places = Iterable<readonly [place: string, content: string | Uint8Array]>

/** Shorter ones are words; nobody's token is. */
const charsMin = 8

/**
 * Where which secret can be read, as it is or as it looks in JSON, in an address, in base64 (`Basic …`), or from the middle on (somebody cut it).
 * Places and names only: what fails a test must not print the secret either.
 */
export function leaks(secrets: Readonly<Record<string, string>>, places: Places): readonly string[] {
  const found: string[] = []
  for (const [place, content] of places) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    for (const [name, secret] of Object.entries(secrets))
      if (formsOf(secret).some(form => Buffer.from(bytes).includes(form))) found.push(`${name} in ${place}`)
  }
  return found
}

function formsOf(secret: string): readonly string[] {
  if (secret.length < charsMin) return []
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1)
  const half = secret.slice(secret.length / 2)
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64]
  return half.length >= 2 * charsMin ? [...forms, half] : forms
}

/** Every file of a folder and of those in it, but for `except`. */
export function filesOf(dir: string, except: readonly string[] = []): [string, Uint8Array][] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !except.includes(entry.name))
    .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name))])
}
