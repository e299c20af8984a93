/** Finding what somebody may have meant. Small inputs (names, verbs), so the plain table is enough. */

/** The candidate nearest to `typed`, letter case ignored, if it is near enough to be a slip of the hand. */
export function nearest(typed: string, candidates: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase()
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    const other = candidate.toLowerCase()
    const farthest = Math.max(1, Math.floor(wanted.length / 3))
    // There are at least as many edits as one is longer: of what is much too long no table is made.
    const edits = Math.abs(wanted.length - other.length) > farthest ? farthest + 1 : distance(wanted, other)
    // Somebody who types the beginning of a long name has not slipped, but surely means it.
    const far = wanted.length >= 3 && other.startsWith(wanted) ? 1 : edits
    if (far <= farthest && (best === undefined || far < best.distance)) best = { candidate, distance: far }
  }
  return best?.candidate
}

/** Edits between two strings; two neighbours swapped count as one (optimal string alignment). */
export function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let edits = Math.min((row[j - 1] ?? 0) + same, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, (before[j - 2] ?? 0) + 1)
      next.push(edits)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
