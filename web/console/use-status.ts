/** How things stand, every time the service tells it; and whether it still does. */
import { useEffect, useState } from 'react'
import type { StatusView } from '../../src/console/types.ts'
import type { Line } from '../shared/live.ts'

export interface Watched {
  readonly line: Line
  readonly status: StatusView | undefined
}

export function useStatus(): Watched {
  const [watched, setWatched] = useState<Watched>({ line: 'connecting', status: undefined })
  useEffect(() => {
    const source = new EventSource('/api/events')
    // The server and this page are built together: what it sends is a StatusView.
    source.onmessage = event => setWatched({ line: 'open', status: JSON.parse(event.data) as StatusView })
    source.onerror = () => setWatched(before => ({ ...before, line: 'lost' }))
    return () => source.close()
  }, [])
  return watched
}
