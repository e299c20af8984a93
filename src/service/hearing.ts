/** The way from people into the store, connected: what they may do, from Slack, the command line or a file of lists. */
import { join } from 'node:path'
import type { ControlDeps } from '../control/control.ts'
import { type Controls, createControls } from '../control/controls.ts'
import { channelFinder } from '../control/lists/channels.ts'
import { ListsKeeper } from '../control/lists/keeper.ts'
import { placeAt } from '../control/lists/place.ts'
import { holdOf } from '../ingest/hours.ts'
import { judging } from '../ingest/judging.ts'
import { systemRandom } from '../kit/random.ts'
import { createSlackIn, type SlackIn } from '../slack/in/slack-in.ts'
import { findChannel } from '../slack/out/channels.ts'
import type { Base } from './base.ts'
import type { Reading } from './reading.ts'

export interface Hearing {
  readonly deps: ControlDeps
  readonly controls: Controls
  readonly lists: ListsKeeper | undefined
  readonly slackIn: SlackIn
}

/** `sources`, `findings`: how things stand, for who asks. `wake`: there may be something to deliver. Rejects when the place of the lists cannot be used. */
export async function connectHearing(
  { config, options, store, clock, events, signal, failed }: Base,
  { source, book, economy }: Pick<Reading, 'source' | 'book' | 'economy'>,
  { sources, findings, wake }: Pick<ControlDeps, 'sources' | 'findings'> & { readonly wake: () => void },
): Promise<Hearing> {
  const { botToken, apiUrl, inbound, admins } = config.slack
  const deps: ControlDeps = {
    ...{ store, source, clock, signal, sources, findings, judging, holdOf },
    changed: async () => {
      await book.refresh()
      economy.wishesChanged()
      wake()
      lists?.changed().catch(failed('the lists could not be written'))
    },
    money: economy,
    secrets: config.secrets,
    deletionsHeard: config.x.activity || config.x.recheck,
    permalink: (channel, ts, thread) => slackIn.permalink(channel, ts, thread),
    nameOf: id => slackIn.nameOf(id),
    channelNamed: name => findChannel({ token: botToken, apiUrl }, name),
  }
  const controls = createControls(deps)
  const lists =
    options.lists === undefined
      ? undefined
      : new ListsKeeper({
          place: await placeAt(options.lists),
          deps,
          findChannel: channelFinder(deps, async name => await deps.channelNamed?.(name)),
          baseFile: join(config.dataDir, 'lists-base.json'),
          onEvent: events.lists,
        })
  const slackIn = createSlackIn({
    ...{ inbound, botToken, apiUrl, admins, controls, clock },
    random: systemRandom,
    hooks: events.slackIn,
  })
  return { deps, controls, lists, slackIn }
}
