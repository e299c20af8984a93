/**
 * X's codes for languages, as its `lang:` operator takes them. Pure data.
 * docs.x.com/x-api/posts/filtered-stream/integrate/operators (lang)
 */

/** X gives these to posts of tags, mentions, links or pictures only, and to what it cannot tell: for Birdwire they have no language. */
const nameless = ['art', 'qam', 'qct', 'qht', 'qme', 'qst', 'und', 'zxx']

const documented = new Set(
  `am ar bg bn bo bs ca ckb cs cy da de dv el en es et eu fa fi fr gu hi hr ht hu hy in is it iw ja ka km kn ko lo lt lv ml mr my ne nl no or pa
  pl ps pt ro ru sd si sk sl sr sv ta te th tl tr ug uk ur vi zh`.split(/\s+/),
)

/** X still uses the codes that ISO 639 withdrew. */
const withdrawn: Readonly<Record<string, string>> = { id: 'in', he: 'iw', yi: 'ji' }

/** Variants that X keeps apart and BCP 47 keeps under one primary tag. */
const variants: Readonly<Record<string, readonly string[]>> = { hi: ['hi', 'hi-Latn'], zh: ['zh', 'zh-CN', 'zh-TW'] }

/** The code for a primary BCP 47 tag, whether X documents it or not. */
export function xLanguage(tag: string): string {
  const primary = tag.toLowerCase().split('-')[0] ?? tag
  return withdrawn[primary] ?? primary
}

/** All codes under which X may file a language; undefined where X does not document it, so that nothing sure can be said. */
export function xLanguages(tag: string): readonly string[] | undefined {
  const code = xLanguage(tag)
  return documented.has(code) ? (variants[code] ?? [code]) : undefined
}

/**
 * Lets through posts in one of these languages and posts without any; empty where a language is not one of X's. X's `lang:` is the post's
 * own language. So is ours, but for a repost without one, which passes here: broader, never narrower.
 */
export function languageTest(languages: readonly string[]): string {
  const codes = new Set<string>(languages.length === 0 ? [] : nameless)
  for (const language of languages) {
    const known = xLanguages(language)
    if (known === undefined) return ''
    for (const code of known) codes.add(code)
  }
  return codes.size === 0
    ? ''
    : `(${[...codes]
        .sort()
        .map(code => `lang:${code}`)
        .join(' OR ')})`
}
