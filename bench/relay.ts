/** A bare relay between simulators of its own; see relay-child.ts. */
import { type SlackSim, startSlack } from '../sim/slack/server.ts'
import { startX, type XSim } from '../sim/x/server.ts'
import { root, startNode, stopNode, within } from './child.ts'

export interface Relay {
  readonly x: XSim
  readonly slack: SlackSim
}

const channel = 'C0RELAY'
const child = 'relay-child.ts'

/** Runs the work with a relay that has opened its stream. */
export async function withRelay<T>(work: (relay: Relay) => Promise<T>): Promise<T> {
  const x = await startX({ chunks: 'lines' })
  // It keeps to no limit, and is to be timed, not refused.
  const slack = await startSlack({ channels: [{ id: channel, name: 'relay', bot: true }], rates: { on: false } })
  await addRule(x)
  const running = startNode([`${root}/bench/${child}`], {
    X_API_URL: x.url,
    X_BEARER_TOKEN: x.bearer,
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    RELAY_CHANNEL: channel,
  })
  try {
    await within(30, 'the relay has opened its stream', x.connected())
    return await work({ x, slack })
  } finally {
    await stopNode(running)
    await Promise.all([slack.close(), x.close()])
  }
}

/** X opens no stream to an app without rules; which one does not matter where lines are written as they are. */
async function addRule(x: XSim): Promise<void> {
  const answer = await fetch(`${x.url}/2/tweets/search/stream/rules`, {
    method: 'POST',
    headers: { authorization: `Bearer ${x.bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ add: [{ value: 'from:mira_okafor' }] }),
  })
  if (answer.status !== 201) throw new Error(`the relay's rule was answered with ${answer.status}`)
}
