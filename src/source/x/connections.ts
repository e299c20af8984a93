/** Ending connections that should not be there: a second program with the same app, or one of ours that X still counts. */
import type { XClient } from './client.ts'
import { connectionsEnded } from './schema.ts'

/**
 * Ends all connections of this app at X, its own stream too; the answer in one sentence. X allows 25 such requests in 15 minutes.
 * docs.x.com/x-api/connections/introduction
 */
export async function disconnectAll(client: XClient, signal: AbortSignal): Promise<string> {
  const answer = await client.ask({ method: 'DELETE', path: '/2/connections/all' }, connectionsEnded, signal)
  if (!answer.ok) return `X ended no connection: ${answer.error.why}`
  const { successful_kills: ended, failed_kills: failed } = answer.value.data
  const left = failed ? ` ${failed === 1 ? 'One' : failed} could not be ended: try again in a minute.` : ''
  if (typeof ended !== 'number') return `X says that it ended this app's connections.${left}`
  if (ended === 0) return left === '' ? 'X has no open connection of this app.' : `X ended no connection.${left}`
  return `X ended ${ended === 1 ? 'one connection' : `${ended} connections`} of this app.${left}`
}
