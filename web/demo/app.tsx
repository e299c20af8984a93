/** The demo's page: a Slack-like workspace on the left and in the middle, the way of a post on the right. */
import { useCallback, useState } from 'react'
import { Composer } from './composer.tsx'
import { MessageList } from './message-list.tsx'
import { rowsOf } from './page-state.ts'
import { Sidebar } from './sidebar.tsx'
import { ask, useDesk } from './use-desk.ts'
import { Way } from './way.tsx'

export function App() {
  const [state, dispatch] = useDesk()
  const [draft, setDraft] = useState('')
  const [wayShown, showWay] = useState(false)
  const { desk, chosen } = state
  const channel = desk?.channels.find(({ id }) => id === chosen)

  const send = useCallback(
    async (text: string) => {
      const at = Date.now()
      if (text.startsWith('/')) dispatch({ kind: 'typed', channel: chosen, at, text })
      const problem = await ask('/api/command', { channel: chosen, text })
      if (problem !== '') dispatch({ kind: 'problem', channel: chosen, at: Date.now(), text: problem })
    },
    [chosen, dispatch],
  )

  if (desk === undefined || channel === undefined) {
    return (
      <main className="loading">
        <p role="status">
          {state.line === 'lost' ? 'The demo does not answer. Is it running?' : 'Opening the workspace…'}
        </p>
      </main>
    )
  }
  return (
    <div className={wayShown ? 'desk desk-way' : 'desk'}>
      <Sidebar state={state} desk={desk} onChoose={id => dispatch({ kind: 'choose', channel: id })} />
      <main className="room">
        <header className="room-head">
          <div className="room-title">
            <h1>
              <span className="hash" aria-hidden="true">
                #
              </span>
              {channel.name}
            </h1>
            <p>{channel.wants === '' ? channel.purpose : channel.wants}</p>
          </div>
          <button type="button" className="way-toggle" aria-expanded={wayShown} onClick={() => showWay(!wayShown)}>
            {wayShown ? 'Back to messages' : 'The way of a post'}
          </button>
        </header>
        <MessageList
          key={chosen}
          rows={rowsOf(state)}
          channel={channel}
          names={desk.names}
          channels={desk.channels}
          onTry={setDraft}
          onAction={action => ask('/api/action', action)}
        />
        <Composer channel={channel.name} draft={draft} onDraft={setDraft} onSend={send} />
      </main>
      <Way way={desk.way} serviceUrl={desk.serviceUrl} onAsk={ask} />
      {state.line === 'lost' && (
        <p className="lost" role="alert">
          The demo has stopped answering. What you see is how it was.
        </p>
      )}
    </div>
  )
}
