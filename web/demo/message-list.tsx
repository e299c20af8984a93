/** The messages of the chosen channel, live. It stays at the newest one as long as the reader does. */
import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import type { ActionRequest, DeskChannel } from '../../sim/desk/types.ts'
import type { BlockView } from '../blocks/view.ts'
import { Empty } from './empty.tsx'
import { MessageRow } from './message-row.tsx'
import type { Row } from './page-state.ts'
import { pressIn } from './press.ts'

/** Messages of one sender within so many milliseconds stand under one head. */
const groupMs = 300_000
/** So near to the end counts as being there. */
const nearPx = 80

export function MessageList(props: {
  readonly rows: readonly Row[]
  readonly channel: DeskChannel
  readonly view: Omit<BlockView, 'onAction'>
  readonly onTry: (text: string) => void
  readonly onAction: (action: ActionRequest) => Promise<string>
  /** "Why is this here?" in the menu of a message. */
  readonly onWhy: (ts: string) => void
}) {
  const { rows, channel, view, onTry, onAction, onWhy } = props
  const box = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const last = rows.at(-1)
  /** What the person typed or was answered is looked for at the end, wherever they were reading. */
  const own = last?.kind === 'whisper' ? last.key : ''

  const toEnd = useCallback(() => {
    const element = box.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }, [])
  useLayoutEffect(() => {
    if (atEnd && rows.length > 0) toEnd()
  }, [atEnd, rows, toEnd])
  useLayoutEffect(() => {
    if (own === '') return
    setAtEnd(true)
    toEnd()
  }, [own, toEnd])

  const viewOf = (on: 'message' | 'ephemeral', ts: string): BlockView => ({
    ...view,
    onAction: action => void onAction({ on, channel: channel.id, ts, ...pressIn(action) }),
  })

  return (
    <div className="messages-frame">
      <section
        className="messages"
        ref={box}
        aria-label={`Messages in ${channel.name}`}
        onScroll={event => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget
          setAtEnd(scrollHeight - scrollTop - clientHeight < nearPx)
        }}
        onLoadCapture={() => atEnd && toEnd()}
      >
        <Empty channel={channel} quiet={rows.length === 0} onTry={onTry} />
        <ol className="rows" role="log" aria-live="polite" aria-relevant="additions">
          {rows.map((row, i) => (
            <MessageRow key={row.key} row={row} grouped={isGrouped(rows[i - 1], row)} viewOf={viewOf} onWhy={onWhy} />
          ))}
        </ol>
      </section>
      {!atEnd && (
        <button
          type="button"
          className="to-end"
          onClick={() => {
            setAtEnd(true)
            toEnd()
          }}
        >
          Newest messages ↓
        </button>
      )}
    </div>
  )
}

function isGrouped(before: Row | undefined, row: Row): boolean {
  if (before?.kind !== 'message' || row.kind !== 'message') return false
  return before.message.by.id === row.message.by.id && row.at - before.at < groupMs
}
