/** How the stream looks from X's side, and in words. Pure. */
import type { XSim } from '../x/server.ts'
import type { StreamState } from './types.ts'

export interface StreamLook {
  readonly state: StreamState
  readonly since: number
}

/** How the stream is. A stall counts from `stalledAt`, the moment at which the desk asked for it. All times are epoch ms. */
export function lookAt(x: Pick<XSim, 'connections'>, startedAt: number, stalledAt: number): StreamLook {
  const last = x.connections.at(-1)
  if (last === undefined) return { state: 'starting', since: startedAt }
  if (!last.open) return { state: 'cut', since: last.disconnectedAt ?? startedAt }
  if (last.stalled) return { state: 'stalled', since: Math.max(stalledAt, last.connectedAt) }
  return { state: 'connected', since: last.connectedAt }
}

export const streamWords: Readonly<Record<StreamState, string>> = {
  starting: 'Birdwire is on its way to X.',
  connected: 'X sends what a channel asked for, and nothing else: each post it sends is paid for.',
  cut: 'The connection is gone. Whatever is written now, X does not say twice.',
  stalled: 'The connection is open, but X has fallen silent: not even a keep-alive.',
}
