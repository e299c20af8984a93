/** Promises that were rejected and nobody looked: in production each of them ends the process. */
export interface Rejections {
  /** The oldest that was not taken yet. */
  take(): Error | undefined
  stop(): void
}

export function watchRejections(): Rejections {
  const seen: Error[] = []
  const note = (reason: unknown) => void seen.push(reason instanceof Error ? reason : new Error(String(reason)))
  process.on('unhandledRejection', note)
  return {
    take: () => seen.shift(),
    stop: () => void process.off('unhandledRejection', note),
  }
}
