/** Keeps secrets out of what is written (I7). */

/** Replaces each secret, as it is and as it looks inside JSON or an address, by `[secret]`. Pure. */
export function blotter(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap(secret => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
  // A very short secret would blot out ordinary words; real tokens are far longer.
  const worth = [...new Set(forms)].filter(form => form.length >= 6).toSorted((a, b) => b.length - a.length)
  return text => worth.reduce((result, form) => result.replaceAll(form, '[secret]'), text)
}
