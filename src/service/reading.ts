/** The way from X into the store, connected: the source, what is wanted of it and what that may cost, matching, and who notices silence. */
import { microsPerUsd } from '../domain/rate-card.ts'
import { outsideOfPosts } from '../domain/reads.ts'
import { Economy } from '../ingest/economy.ts'
import { createIngest } from '../ingest/ingest.ts'
import { Matcher } from '../ingest/match.ts'
import { peopleIn } from '../ingest/people.ts'
import { runRecheck } from '../ingest/recheck.ts'
import { runRetention } from '../ingest/retention.ts'
import { createSilenceWatch, type SilenceWatch, type SilenceWords } from '../ingest/silence.ts'
import { RouteBook } from '../ingest/wanted.ts'
import type { Source } from '../source/source.ts'
import { createXSource } from '../source/x/source.ts'
import type { Base } from './base.ts'
import { Reader } from './reader.ts'

export interface Reading {
  readonly source: Source
  readonly book: RouteBook
  readonly economy: Economy
  readonly silence: SilenceWatch
  readonly reader: Reader
  /** Why nothing is being stored at the moment; undefined when all is well. */
  trouble(): string | undefined
}

/** Reads what is wanted and what was spent. Rejects when the store does. */
export async function connectReading(
  base: Base,
  {
    words,
    wake,
  }: {
    readonly words: SilenceWords
    /** There may be something to deliver. */
    readonly wake: () => void
  },
): Promise<Reading> {
  const { config, options, store, clock, events, failed } = base
  const { apiUrl, auth, mode, authors, quoted, activity, budgetUsd, recheck } = config.x
  const source = createXSource({
    ...{ apiUrl, auth, mode, authors, quoted, activity, clock },
    people: peopleIn(store, 'x', clock),
    onReads: (reads, via) => {
      economy
        .bought([outsideOfPosts('x', clock.now(), via, reads)])
        .catch(failed('a purchase could not be written into the ledger'))
    },
    onEvent: events.x,
    limits: options.xLimits ?? {},
  })
  const matcher = new Matcher()
  const book = new RouteBook({ source: 'x', store, matcher })
  const economy = new Economy({
    ...{ source: 'x', book, store, clock },
    usage: (days, asking) => source.usage(days, asking),
    ...(budgetUsd === undefined ? {} : { budgetMicros: Math.round(budgetUsd * microsPerUsd) }),
    onAnnounced: lines => {
      wake()
      events.announced(lines)
    },
    onEvent: events.economy,
  })
  await book.refresh()
  await economy.open()

  const ingest = createIngest({
    ...{ source, store, matcher, wanted: economy, clock },
    onCommitted: committed => {
      wake()
      events.committed(committed)
      silence.committed(committed)
    },
    onEvent: events.ingest,
  })
  const silence = createSilenceWatch({
    ...{ source, store, wanted: economy, clock, words },
    onEvent: event => {
      wake()
      events.silence(event)
    },
  })
  const keep = options.keep ?? config.keep
  const held = () => economy.held()
  const reader = new Reader({
    alone: config.databaseUrl === undefined,
    clock,
    lookUp: { wanted: () => book.refresh(), money: () => economy.open() },
    loops: [
      leading => ingest.run(leading),
      leading => economy.run(leading),
      leading => silence.run(leading),
      leading => runRetention({ store, clock, keep, onEvent: events.retention }, leading),
      ...(recheck
        ? [(leading: AbortSignal) => runRecheck({ source, store, clock, held, onEvent: events.recheck }, leading)]
        : []),
    ],
    onEvent: events.ingest,
  })
  return { source, book, economy, silence, reader, trouble: () => ingest.trouble() }
}
