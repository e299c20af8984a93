/**
 * Lines of X's stream for measuring: made up, the same for the same number, about 2 KB each as real ones with all their fields. Most
 * have letters outside ASCII, so that a chunk edge can cut a character.
 */
const words =
  'beam 暗黒物質 détecteur мюон axion Straße λόγος 🚀 cryostat 중성미자 noise neutrino 量子 limit the of and'.split(' ')

/** What a reader must have got for line `n`. */
export interface Expected {
  readonly id: string
  readonly text: string
  readonly name: string
}

export function expected(n: number): Expected {
  const length = 12 + ((n * 7) % 25)
  const text = Array.from({ length }, (_, at) => words[(n * 31 + at * (n % 11) + at) % words.length]).join(' ')
  return { id: String(2_123_779_230_004_150_272n + BigInt(n)), text, name: `Mira ${words[n % words.length]} Okafor` }
}

/** The line without its ending. */
export function lineOf(n: number): string {
  const { id, text, name } = expected(n)
  const filler = Array.from({ length: 1 + (n % 8) }, (_, at) => ({
    domain: { id: String(at), name: 'Unified Taxonomy', description: 'A taxonomy of interests.' },
    entity: { id: String(n + at), name: words[(n + at) % words.length] },
  }))
  return JSON.stringify({
    data: {
      id,
      edit_history_tweet_ids: [id],
      author_id: '9001',
      created_at: '2026-11-20T14:03:21.000Z',
      conversation_id: id,
      text,
      lang: 'en',
      possibly_sensitive: false,
      public_metrics: {
        retweet_count: 0,
        reply_count: 0,
        like_count: 0,
        quote_count: 0,
        bookmark_count: 0,
        impression_count: 0,
      },
      context_annotations: filler,
      entities: {
        annotations: filler.map(({ entity }) => ({ start: 0, end: 3, probability: 0.9, normalized_text: entity.name })),
      },
      edit_controls: { edits_remaining: 5, is_edit_eligible: true, editable_until: '2026-11-20T15:03:21.000Z' },
    },
    includes: {
      users: [
        {
          id: '9001',
          username: 'mira_okafor',
          name,
          profile_image_url: 'https://pbs.twimg.com/a_normal.jpg',
          verified: true,
          protected: false,
        },
        {
          id: '9002',
          username: 'jonas_lindqv',
          name: 'Jonas Lindqvist',
          description: text,
          verified: false,
          protected: false,
        },
      ],
    },
    matching_rules: [{ id: '1990000000000000001', tag: 'birdwire:accounts' }],
  })
}

/** How the bytes are cut: whole lines, anywhere, into tiny pieces, or with one line ending in a hundred on its own. */
export const profiles = ['lines', 'random', 'tiny', 'lone delimiters'] as const
export type Profile = (typeof profiles)[number]

/** All lines as chunks, cut as the profile says. */
export function chunksOf(profile: Profile, count: number): readonly Buffer[] {
  const lines = Array.from({ length: count }, (_, n) => Buffer.from(`${lineOf(n)}\r\n`))
  if (profile === 'lines') return lines
  if (profile === 'lone delimiters') {
    return lines.flatMap((line, n) => (n % 100 === 50 ? [line.subarray(0, -2), line.subarray(-2)] : [line]))
  }
  const all = Buffer.concat(lines)
  const largest = profile === 'tiny' ? 200 : 6000
  const chunks: Buffer[] = []
  for (let at = 0, turn = 1; at < all.length; turn += 1) {
    const size = 1 + ((turn * 7919) % largest)
    chunks.push(all.subarray(at, at + size))
    at += size
  }
  return chunks
}
