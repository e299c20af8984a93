/** Addresses that hold a password, before the host or among the parameters, as those of databases do. All but `isAddress` take one that is. */

/** What PostgreSQL's programs read from an address's parameters, and nobody else may. postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS */
const secretParameters = ['password', 'sslpassword']

/** Whether it can be read at all: a `%` in a password has to be written `%25`. */
export function isAddress(typed: string): boolean {
  try {
    decodeURIComponent(new URL(typed).password)
    return true
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
