/** One message, or something only the person at the page sees. */
import { memo, useState } from 'react'
import type { DeskMessage } from '../../sim/desk/types.ts'
import { renderMessage } from '../blocks/render.ts'
import type { BlockView } from '../blocks/view.ts'
import { Logo } from '../shared/logo.tsx'
import { initials, momentOf, timeOf } from '../shared/words.ts'
import type { Row, Whisper } from './page-state.ts'

/** A message younger than this has just come. */
const freshMs = 2500

interface RowProps {
  readonly row: Row
  /** Stands under the head of the message before it. */
  readonly grouped: boolean
  readonly view: BlockView
}

/** A row changes only with its message: hundreds of them must not be drawn again for each new one. */
export const MessageRow = memo(
  Drawn,
  (a, b) => a.row.key === b.row.key && a.grouped === b.grouped && same(a.row, b.row),
)

function same(a: Row, b: Row): boolean {
  return a.kind === 'message' && b.kind === 'message' ? a.message === b.message : a.kind === b.kind
}

function Drawn({ row, grouped, view }: RowProps) {
  // Decided once, when the row is first drawn: going back to a channel must not play its arrivals again.
  const [fresh] = useState(() => Date.now() - row.at < freshMs)
  if (row.kind === 'whisper') return <WhisperRow whisper={row.whisper} view={view} />
  const { message } = row
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
        {renderMessage(message, view)}
        {/* As in Slack: beside text alone, never under blocks. docs.slack.dev/reference/methods/chat.update */}
        {message.edited && message.blocks.length === 0 && <span className="edited">(edited)</span>}
      </div>
    </li>
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
