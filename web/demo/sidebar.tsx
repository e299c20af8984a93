/** The workspace's name and its channels, with what is unread. */
import type { DeskState } from '../../sim/desk/types.ts'
import { Logo } from '../shared/logo.tsx'
import { initials } from '../shared/words.ts'
import { homePlace, type PageState } from './page-state.ts'

export function Sidebar(props: {
  readonly state: PageState
  readonly desk: DeskState
  readonly onChoose: (channel: string) => void
}) {
  const { state, desk, onChoose } = props
  return (
    <nav className="sidebar" aria-label="Workspace">
      <div className="workspace">
        <strong>{desk.workspace}</strong>
        <span>a pretend Slack, on your machine</span>
      </div>
      <h2>Channels</h2>
      <ul className="channels">
        {desk.channels.map(({ id, name }) => {
          const unread = state.unread[id] ?? 0
          return (
            <li key={id}>
              <button
                type="button"
                className={unread > 0 ? 'channel channel-unread' : 'channel'}
                aria-current={id === state.chosen ? 'page' : undefined}
                onClick={() => onChoose(id)}
              >
                <span className="hash" aria-hidden="true">
                  #
                </span>
                <span className="channel-name">{name}</span>
                {unread > 0 && (
                  <span className="badge">
                    {unread}
                    <span className="unseen"> unread</span>
                  </span>
                )}
              </button>
            </li>
          )
        })}
      </ul>
      <div className="sidebar-foot">
        <h2>Apps</h2>
        <div className="channels">
          <button
            type="button"
            className="channel"
            aria-current={state.chosen === homePlace ? 'page' : undefined}
            onClick={() => onChoose(homePlace)}
          >
            <Logo className="logo-small" /> Birdwire <span className="app-badge">APP</span>
          </button>
        </div>
        <p className="you">
          <span className="face face-you face-small" aria-hidden="true">
            {initials(desk.you.name)}
          </span>
          {desk.you.name} <span className="you-tag">you</span>
        </p>
      </div>
    </nav>
  )
}
