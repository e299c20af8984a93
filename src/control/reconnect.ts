/**
 * Ends every connection of this X app, also those of another process: for when X says that another connection is open (429,
 * TooManyConnections) and none should be. docs.x.com/x-api/connections
 */
import { type Control, told } from './control.ts'
import { plain } from './words.ts'

export const reconnect: Control = async deps => {
  const said = await deps.source.disconnectAll(deps.signal)
  return told(
    [
      plain(said),
      'Birdwire connects again by itself, and fetches what it misses meanwhile. Should X refuse it again soon, something else is running with the same X app: stop that, or give it an app of its own.',
    ].join('\n'),
  )
}
