/** What each part of the proof (crashes, soak, fuzz, mutants) says at its end; `npm run proof` prints them as one table. */

export interface ProofResult {
  readonly part: string
  /** Processes that were killed. */
  readonly crashes: number
  /** Faults that really happened, by kind. */
  readonly faults: Readonly<Record<string, number>>
  /** Posts that belonged in a channel, by the world's own word: pairs of post and channel. */
  readonly posts: number
  readonly missing: number
  readonly twice: number
  readonly outOfOrder: number
  /** What was tried that is no post: inputs, mutants. */
  readonly cases: number
  /** What went wrong, one sentence each, with what repeats it. Empty: the part has passed. */
  readonly failures: readonly string[]
}
