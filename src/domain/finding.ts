/** How one part is: what `/readyz`, the page and `doctor` tell, one line a part. */
export interface Finding {
  /** "store", "slack", "x", "#papers" … */
  readonly name: string
  readonly ok: boolean
  /** One plain sentence: how it is, and what to do where only a person can help. */
  readonly detail: string
}
