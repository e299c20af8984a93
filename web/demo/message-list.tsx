/** The messages of the chosen channel, live. It stays at the newest one as long as the reader does. */
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { ActionRequest, DeskChannel } from '../../sim/desk/types.ts'
import { type Fields, stringAt } from '../blocks/shape.ts'
import type { BlockView } from '../blocks/view.ts'
import { Empty } from './empty.tsx'
import { MessageRow } from './message-row.tsx'
import type { Row } from './page-state.ts'

/** Messages of one sender within so many milliseconds stand under one head. */
const groupMs = 300_000
/** So near to the end counts as being there. */
const nearPx = 80

export function MessageList(props: {
  readonly rows: readonly Row[]
  readonly channel: DeskChannel
  readonly channels: readonly DeskChannel[]
  readonly names: Readonly<Record<string, string>>
  readonly onTry: (text: string) => void
  readonly onAction: (action: ActionRequest) => Promise<string>
}) {
  const { rows, channel, channels, names, onTry, onAction } = props
  const box = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const last = rows.at(-1)?.key

  const toEnd = () => {
    const element = box.current
    if (element !== null) element.scrollTop = element.scrollHeight
  }
  useLayoutEffect(() => {
    if (atEnd && last !== undefined) toEnd()
  }, [atEnd, last])

  const view = useMemo<Omit<BlockView, 'onAction'>>(
    () => ({
      date: { now: Date.now() },
      nameOf: (of, id) => (of === 'channel' ? channels.find(each => each.id === id)?.name : names[id]),
      pictureAt: url => `/api/picture?u=${encodeURIComponent(url)}`,
    }),
    [channels, names],
  )
  const act = (ts: string) => (action: Fields) => {
    const option = action['selected_option']
    const value = typeof option === 'object' && option !== null && 'value' in option ? String(option.value) : ''
    void onAction({
      channel: channel.id,
      ts,
      actionId: stringAt(action, 'action_id'),
      blockId: stringAt(action, 'block_id'),
      value,
    })
  }

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
            <MessageRow
              key={row.key}
              row={row}
              grouped={isGrouped(rows[i - 1], row)}
              view={row.kind === 'message' ? { ...view, onAction: act(row.message.ts) } : view}
            />
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
