/** The beginning of a channel: what comes here and why, or, where nothing does, what to try. */
import type { DeskChannel } from '../../sim/desk/types.ts'

export function Empty(props: {
  readonly channel: DeskChannel
  /** Nothing has come yet. */
  readonly quiet: boolean
  readonly onTry: (text: string) => void
}) {
  const { channel, quiet, onTry } = props
  return (
    <div className="beginning">
      <div className="beginning-mark" aria-hidden="true">
        #
      </div>
      <h2>{channel.name}</h2>
      {channel.wants === '' ? (
        <>
          <p>{channel.purpose}. Nothing is wanted here yet, so nothing comes. Ask for something:</p>
          <p className="tries">
            {['/birdwire follow gwen_pryce', '/birdwire topic add coffee', '/birdwire help'].map(text => (
              <button type="button" className="try" key={text} onClick={() => onTry(text)}>
                {text}
              </button>
            ))}
          </p>
        </>
      ) : (
        <p>
          {channel.purpose}. {channel.wants}.
        </p>
      )}
      {quiet && channel.wants !== '' && (
        <p className="soon" role="status">
          <span className="pulse" aria-hidden="true" /> Somebody is about to write. The first post is on its way…
        </p>
      )}
    </div>
  )
}
