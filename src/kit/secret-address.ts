/** Addresses that hold a password, before the host or among the parameters, as those of databases do. All but `isAddress` take one that is. */

/** What PostgreSQL's programs read from an address's parameters, and nobody else may. postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS */
const secretParameters = ['password', 'sslpassword']

/**
 * Whether it can be read, and as it was meant: a `%` has to be written `%25`. After a `#` or `/` in a password (`%23`, `%2F`) the rest of it, with
 * the `@`, would be taken for something that is no secret.
 */
export function isAddress(typed: string): boolean {
  try {
    const { username, password, pathname, hash } = new URL(typed)
    for (const part of [username, password, pathname]) decodeURIComponent(part)
    return hash === '' && !pathname.includes('@')
  } catch {
    return false
  }
}

/** Each secret in it, as it stands there and as the server gets it. */
export function secretsInAddress(address: string): readonly string[] {
  const { password, search, searchParams } = new URL(address)
  const parameters = secretParameters.flatMap(name => {
    const asTyped = new RegExp(`[?&]${name}=([^&]*)`).exec(search)?.[1]
    return [asTyped, searchParams.get(name) ?? undefined]
  })
  return [password, decodeURIComponent(password), ...parameters]
    .filter(secret => secret !== undefined)
    .filter(secret => secret !== '')
}

/** For people. Parameters are left out, whatever they hold. */
export function withoutSecrets(address: string): string {
  const url = new URL(address)
  url.password = ''
  url.search = ''
  return url.href
}
