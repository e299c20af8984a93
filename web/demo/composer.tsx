/** Where one types: slash commands go to Birdwire, anything else is a message. */
import { type FormEvent, type KeyboardEvent, useEffect, useRef } from 'react'

const tries = ['/birdwire', '/birdwire list', '/birdwire preview keyword add xenon', '/birdwire log', '/birdwire help']

export function Composer(props: {
  readonly channel: string
  /** The page of the newest post here; empty where there is none. */
  readonly newest: string
  readonly draft: string
  readonly onDraft: (text: string) => void
  readonly onSend: (text: string) => Promise<void>
}) {
  const { channel, newest, draft, onDraft, onSend } = props
  const field = useRef<HTMLTextAreaElement>(null)
  // A suggestion that was picked is there to be sent: the cursor goes behind it.
  useEffect(() => {
    if (draft.startsWith('/')) field.current?.focus()
  }, [draft])

  const send = () => {
    const text = draft.trim()
    if (text === '') return
    onDraft('')
    void onSend(text)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <div className="composer-frame">
      <p className="tries">
        <span>Try</span>
        {tries.map(text => (
          <button type="button" className="try" key={text} onClick={() => onDraft(text)}>
            {text}
          </button>
        ))}
        {newest !== '' && (
          <button type="button" className="try" onClick={() => onDraft(`/birdwire why ${newest}`)}>
            /birdwire why …
          </button>
        )}
      </p>
      <form className="composer" onSubmit={onSubmit}>
        <textarea
          ref={field}
          rows={1}
          value={draft}
          aria-label={`Message #${channel}, or a slash command`}
          placeholder={`Message #${channel}, or type /birdwire`}
          onChange={event => onDraft(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <button type="submit" className="send" disabled={draft.trim() === ''} aria-label="Send">
          <svg viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d="M2.5 3.2 18 10 2.5 16.8l1.6-5.6L11 10 4.1 8.8z" />
          </svg>
        </button>
      </form>
    </div>
  )
}
