/** What is used of pino-roll, which brings no types. github.com/mcollina/pino-roll */
declare module 'pino-roll' {
  import type { Writable } from 'node:stream'

  export interface RollOptions {
    readonly file: string
    readonly size: string
    readonly frequency: 'daily'
    readonly limit: { readonly count: number; readonly removeOtherLogFiles: boolean }
    readonly dateFormat: string
    readonly mkdir: boolean
    readonly mode: number
    readonly sync: boolean
    /** Characters kept that could not be written yet; what comes then is dropped. */
    readonly maxLength: number
  }
  export default function roll(options: RollOptions): Promise<Writable>
}
