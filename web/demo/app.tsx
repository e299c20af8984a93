/** The demo's page: a Slack-like workspace on the left and in the middle, the way of a post on the right. */
import { useCallback, useMemo, useState } from 'react'
import type { ActionRequest, DeskState } from '../../sim/desk/types.ts'
import type { BlockView } from '../blocks/view.ts'
import { Composer } from './composer.tsx'
import { Home, HomeTitle } from './home.tsx'
import { MessageList } from './message-list.tsx'
import { Modal } from './modal.tsx'
import { homePlace, rowsOf } from './page-state.ts'
import { Sidebar } from './sidebar.tsx'
import { ask, send, useDesk } from './use-desk.ts'
import { Way } from './way.tsx'

export function App() {
  const [state, dispatch] = useDesk()
  const [draft, setDraft] = useState('')
  const [wayShown, showWay] = useState(false)
  const { desk, chosen } = state
  const channel = desk?.channels.find(({ id }) => id === chosen)
  const view = useView(desk)
  const rows = useMemo(() => rowsOf(state.messages, state.whispers, chosen), [state.messages, state.whispers, chosen])

  const asking = useCallback(
    async (path: string, body: unknown) => {
      const problem = await ask(path, body)
      if (problem !== '') dispatch({ kind: 'problem', channel: chosen, at: Date.now(), text: problem })
      return problem
    },
    [chosen, dispatch],
  )
  const say = useCallback(
    async (text: string) => {
      if (text.startsWith('/')) dispatch({ kind: 'typed', channel: chosen, at: Date.now(), text })
      await asking('/api/command', { channel: chosen, text })
    },
    [chosen, dispatch, asking],
  )
  const act = (action: ActionRequest) => asking('/api/action', action)
  const choose = (place: string) => {
    dispatch({ kind: 'choose', channel: place })
    if (place === homePlace) void asking('/api/home', {})
  }

  if (desk === undefined || (channel === undefined && chosen !== homePlace)) {
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
      <Sidebar state={state} desk={desk} onChoose={choose} />
      <main className="room">
        <header className="room-head">
          {channel === undefined ? (
            <HomeTitle />
          ) : (
            <div className="room-title">
              <h1>
                <span className="hash" aria-hidden="true">
                  #
                </span>
                {channel.name}
              </h1>
              <p>{channel.wants === '' ? channel.purpose : channel.wants}</p>
            </div>
          )}
          <button type="button" className="way-toggle" aria-expanded={wayShown} onClick={() => showWay(!wayShown)}>
            {wayShown ? 'Back to messages' : 'The way of a post'}
          </button>
        </header>
        {channel === undefined ? (
          <Home home={desk.home} view={view} onAction={act} />
        ) : (
          <>
            <MessageList
              key={chosen}
              rows={rows}
              channel={channel}
              view={view}
              onTry={setDraft}
              onAction={act}
              onWhy={ts => void asking('/api/shortcut', { channel: chosen, ts, callbackId: 'why_message' })}
            />
            <Composer
              channel={channel.name}
              newest={newestAddress(state.messages.filter(message => message.channel === chosen))}
              draft={draft}
              onDraft={setDraft}
              onSend={say}
            />
          </>
        )}
      </main>
      <Way way={desk.way} serviceUrl={desk.serviceUrl} onAsk={ask} />
      {desk.modal !== null && (
        <Modal
          key={desk.modal.id}
          shown={desk.modal}
          view={view}
          onAction={act}
          onSubmit={values => send('/api/submit', { values })}
          onClose={() => void asking('/api/close', {})}
        />
      )}
      {state.line === 'lost' && (
        <p className="lost" role="alert">
          The demo has stopped answering. What you see is how it was.
        </p>
      )}
    </div>
  )
}

/** What blocks must be told about this workspace. */
function useView(desk: DeskState | undefined): Omit<BlockView, 'onAction'> {
  const channels = desk?.channels
  const names = desk?.names
  return useMemo(
    () => ({
      date: { now: Date.now() },
      nameOf: (of, id) => (of === 'channel' ? channels?.find(each => each.id === id)?.name : names?.[id]),
      pictureAt: url => `/api/picture?u=${encodeURIComponent(url)}`,
    }),
    [channels, names],
  )
}

/** The page of the newest post in some messages; empty where there is none. */
function newestAddress(messages: readonly { readonly blocks: readonly unknown[] }[]): string {
  for (const { blocks } of messages.toReversed()) {
    const address = /https?:\/\/[^"|>\s]+\/status\/\d+/.exec(JSON.stringify(blocks))?.[0]
    if (address !== undefined) return address
  }
  return ''
}
