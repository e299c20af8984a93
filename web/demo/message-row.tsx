/** One message, or something only the person at the page sees. */
import { memo, type ReactNode, useState } from 'react'
import type { DeskMessage } from '../../sim/desk/types.ts'
import { renderMessage } from '../blocks/render.ts'
import type { BlockView } from '../blocks/view.ts'
import { Logo } from '../shared/logo.tsx'
import { counted, initials, momentOf, timeOf } from '../shared/words.ts'
import type { Row, Whisper } from './page-state.ts'

/** A message younger than this has just come. */
const freshMs = 2500

interface RowProps {
  readonly row: Row
  /** Stands under the head of the message before it. */
  readonly grouped: boolean
  readonly viewOf: (on: 'message' | 'ephemeral', ts: string) => BlockView
  readonly onWhy: (ts: string) => void
}

/** A row changes only with its message: hundreds of them must not be drawn again for each new one. */
export const MessageRow = memo(
  Drawn,
  (a, b) => a.row.key === b.row.key && a.grouped === b.grouped && same(a.row, b.row),
)

function same(a: Row, b: Row): boolean {
  if (a.kind === 'whisper' && b.kind === 'whisper') return a.whisper === b.whisper
  if (a.kind !== 'message' || b.kind !== 'message') return false
  return (
    a.message === b.message &&
    a.replies.length === b.replies.length &&
    a.replies.every((reply, i) => reply === b.replies[i])
  )
}

function Drawn({ row, grouped, viewOf, onWhy }: RowProps) {
  if (row.kind === 'whisper') return <WhisperRow whisper={row.whisper} view={viewOf('ephemeral', row.whisper.ts)} />
  const { message, replies } = row
  return (
    <Message message={message} grouped={grouped} viewOf={viewOf} onWhy={onWhy}>
      {replies.length > 0 && <Thread replies={replies} viewOf={viewOf} onWhy={onWhy} />}
    </Message>
  )
}

function Message(props: Omit<RowProps, 'row'> & { readonly message: DeskMessage; readonly children?: ReactNode }) {
  const { message, grouped, viewOf, onWhy, children } = props
  // Decided once, when the row is first drawn: going back to a channel must not play its arrivals again.
  const [fresh] = useState(() => Date.now() - message.at < freshMs)
  const className = `row${grouped ? ' row-grouped' : ''}${fresh ? ' row-fresh' : ''}`
  return (
    <li className={className}>
      {grouped ? (
        <time className="row-time" dateTime={new Date(message.at).toISOString()} title={momentOf(message.at)}>
          {timeOf(message.at)}
        </time>
      ) : (
        <Face by={message.by} />
      )}
      <div className="row-body">
        {!grouped && (
          <p className="row-head">
            <strong>{message.by.name}</strong>
            {message.by.app && <span className="app-badge">APP</span>}
            <time dateTime={new Date(message.at).toISOString()} title={momentOf(message.at)}>
              {timeOf(message.at)}
            </time>
          </p>
        )}
        {renderMessage(message, viewOf('message', message.ts))}
        {/* As in Slack: beside text alone, never under blocks. docs.slack.dev/reference/methods/chat.update */}
        {message.edited && message.blocks.length === 0 && <span className="edited">(edited)</span>}
        {children}
      </div>
      <div className="row-tools">
        <button type="button" onClick={() => onWhy(message.ts)}>
          Why is this here?
        </button>
      </div>
    </li>
  )
}

/** The replies to a message, below it once they are asked for. */
function Thread({
  replies,
  viewOf,
  onWhy,
}: Pick<RowProps, 'viewOf' | 'onWhy'> & { readonly replies: readonly DeskMessage[] }) {
  const [open, setOpen] = useState(false)
  const last = replies.at(-1)
  return (
    <div className="thread">
      <button type="button" className="thread-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Logo className="thread-face" />
        <span className="thread-count">{counted(replies.length, 'reply', 'replies')}</span>
        <span className="thread-hint">
          {open ? 'Hide the thread' : last === undefined ? '' : `Last reply at ${timeOf(last.at)}`}
        </span>
      </button>
      {open && (
        <ol className="thread-replies" aria-label="Replies">
          {replies.map((reply, i) => (
            <Message
              key={reply.ts}
              message={reply}
              grouped={i > 0 && replies[i - 1]?.by.id === reply.by.id}
              viewOf={viewOf}
              onWhy={onWhy}
            />
          ))}
        </ol>
      )}
    </div>
  )
}

function Face({ by }: { readonly by: DeskMessage['by'] }) {
  if (by.app) return <Logo className="face" />
  return (
    <span className="face face-you" aria-hidden="true">
      {initials(by.name)}
    </span>
  )
}

function WhisperRow({ whisper, view }: { readonly whisper: Whisper; readonly view: BlockView }) {
  if (whisper.kind === 'typed') {
    return (
      <li className="row row-typed">
        <span className="row-time" aria-hidden="true" />
        <p>
          You typed <code className="bk-code">{whisper.text}</code>
        </p>
      </li>
    )
  }
  return (
    <li className={`row row-whisper${whisper.kind === 'problem' ? ' row-problem' : ''}`}>
      <Logo className="face" />
      <div className="row-body">
        <p className="only-you">Only visible to you</p>
        <p className="row-head">
          <strong>{whisper.kind === 'problem' ? 'Slack' : 'Birdwire'}</strong>
          {whisper.kind === 'answer' && <span className="app-badge">APP</span>}
          <time dateTime={new Date(whisper.at).toISOString()} title={momentOf(whisper.at)}>
            {timeOf(whisper.at)}
          </time>
        </p>
        {renderMessage({ ...whisper, literal: whisper.kind === 'problem' }, view)}
      </div>
    </li>
  )
}
