/** A command that cannot be done, in a sentence for the person who typed it: the thing, the reason, the way out. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  /** Marks it as meant for people: it is printed without a stack. */
  readonly sentence: string

  constructor(sentence: string, options: { cause?: unknown } = {}) {
    super(sentence, options)
    this.sentence = sentence
  }
}
