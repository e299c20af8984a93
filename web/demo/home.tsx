/** The app's Home tab: how everything stands, as the app publishes it when it is opened. */
import type { ActionRequest, DeskView } from '../../sim/desk/types.ts'
import { renderBlocks } from '../blocks/render.ts'
import type { BlockView } from '../blocks/view.ts'
import { Logo } from '../shared/logo.tsx'
import { pressIn } from './press.ts'

export function Home(props: {
  readonly home: DeskView | null
  readonly view: BlockView
  readonly onAction: (action: ActionRequest) => Promise<string>
}) {
  const { home, view, onAction } = props
  if (home === null) {
    return (
      <section className="home" aria-label="Home of Birdwire">
        <p className="soon" role="status">
          <span className="pulse" aria-hidden="true" /> Birdwire is drawing its Home…
        </p>
      </section>
    )
  }
  return (
    <section className="home" aria-label="Home of Birdwire">
      <div className="home-page">
        {renderBlocks(home.blocks, {
          ...view,
          onAction: action => void onAction({ on: 'view', view: home.id, ...pressIn(action) }),
        })}
      </div>
    </section>
  )
}

/** The head above it. */
export function HomeTitle() {
  return (
    <div className="room-title">
      <h1>
        <Logo className="logo-small" /> Birdwire <span className="app-badge">APP</span>
      </h1>
      <p>Home: all channels at a glance, only for you</p>
    </div>
  )
}
