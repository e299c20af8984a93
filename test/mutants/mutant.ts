/** A one-line fault, with the test that must see it. */
export interface Mutant {
  readonly name: string
  /** From the root of the repository. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
  /** The file of the test that sees it. */
  readonly test: string
  /** The beginning of its name, or all of it. */
  readonly named: string
}

/** The contract that the store keeps, on the embedded engine. */
export const sqlite = 'test/contract/sqlite.test.ts'
