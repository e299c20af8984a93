/**
 * Words that nearly every post has, so that looking for one of them alone would bring half of the network; X refuses a rule of nothing else
 * ("Rules must contain at least one positive, non-stopword clause"). The list is the one that was published with PowerTrack, from which X's rule language
 * comes; X publishes none today.
 */
const common = new Set(
  'a an and at but by com from http https if in is it its me my or rt the this to too via we www you'.split(' '),
)

/** `text`: one word, or several one after the other, which are never common. */
export function isCommon(text: string): boolean {
  return common.has(text.trim().toLowerCase())
}
