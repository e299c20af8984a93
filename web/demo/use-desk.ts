/** The page's line to the desk: live events, and everything again whenever the line was lost. */
import { type Dispatch, useEffect, useReducer } from 'react'
import type { DeskEvents, DeskState, Done } from '../../sim/desk/types.ts'
import { post } from '../shared/live.ts'
import { firstState, next, type PageEvent, type PageState } from './page-state.ts'

export function useDesk(): readonly [PageState, Dispatch<PageEvent>] {
  const [state, dispatch] = useReducer(next, firstState)
  useEffect(() => listen(dispatch), [])
  return [state, dispatch]
}

/** Returns how to stop. */
function listen(dispatch: Dispatch<PageEvent>): () => void {
  const source = new EventSource('/api/events')
  // The server and this page are built together: what it sends has the shape of its types.
  const on = <Name extends keyof DeskEvents>(name: Name, toEvent: (data: DeskEvents[Name]) => PageEvent) =>
    source.addEventListener(name, event => dispatch(toEvent(JSON.parse(event.data) as DeskEvents[Name])))
  on('message', message => ({ kind: 'message', message }))
  on('updated', message => ({ kind: 'updated', message }))
  on('deleted', ({ channel, ts }) => ({ kind: 'deleted', channel, ts }))
  on('ephemeral', ephemeral => ({ kind: 'ephemeral', ephemeral }))
  on('ephemeral-gone', ({ channel, ts }) => ({ kind: 'ephemeral-gone', channel, ts }))
  on('modal', view => ({ kind: 'modal', view }))
  on('home', view => ({ kind: 'home', view }))
  on('channels', channels => ({ kind: 'channels', channels }))
  on('way', way => ({ kind: 'way', way }))
  // Asked for only when events come: so nothing falls between the two.
  source.addEventListener('open', () => {
    void fetch('/api/state')
      .then(async response => dispatch({ kind: 'state', desk: (await response.json()) as DeskState }))
      .catch(() => dispatch({ kind: 'line', line: 'lost' }))
  })
  source.addEventListener('error', () => dispatch({ kind: 'line', line: 'lost' }))
  return () => source.close()
}

/** Asks the desk to do something; a refusal or a lost line comes back as a sentence, empty when it was done. */
export async function ask(path: string, body: unknown = {}): Promise<string> {
  const done = await send(path, body)
  return done.ok ? '' : done.error
}

/** The same with all that the desk says. */
export async function send(path: string, body: unknown): Promise<Done> {
  try {
    return (await post(path, body)) as Done
  } catch {
    return { ok: false, error: 'The demo does not answer any more. Is it still running in its terminal?' }
  }
}
