/** The side panel: how a post goes from X to Slack right now, the proof that none is lost, and buttons to try to lose one. */
import { type ReactNode, useEffect, useState } from 'react'
import type { ProofView, TroubleKind, WayEvent, WayView } from '../../sim/desk/types.ts'
import { counted, secondOf, spanOf } from '../shared/words.ts'

const troubles: readonly { readonly kind: TroubleKind; readonly label: string; readonly hint: string }[] = [
  {
    kind: 'cut',
    label: 'Cut the stream',
    hint: 'Half a post, then the connection is gone; X is down for one more call.',
  },
  { kind: 'stall', label: 'Stall it', hint: 'The connection stays open, and nothing comes.' },
  { kind: 'slack-429', label: 'Slack answers 429', hint: 'Too many messages: Slack wants to be left alone for 4 s.' },
  { kind: 'image', label: 'Make an image unfetchable', hint: 'Slack refuses whole messages over one picture.' },
]

const scenes: typeof troubles = [
  { kind: 'thread', label: 'A thread', hint: 'Somebody writes three posts that continue each other.' },
  { kind: 'repost', label: 'Reposted', hint: 'Somebody else who is followed reposts what a channel was just shown.' },
  { kind: 'burst', label: '40 at once', hint: 'Forty posts in the same moment; Slack takes one message a second.' },
]

export function Way(props: {
  readonly way: WayView
  readonly serviceUrl: string
  readonly onAsk: (path: string) => Promise<string>
}) {
  const { way, serviceUrl, onAsk } = props
  return (
    <aside className="way" aria-label="The way of a post">
      <header className="way-head">
        <h2>The way of a post</h2>
        <a href={serviceUrl} target="_blank" rel="noreferrer">
          Birdwire’s own page
        </a>
      </header>
      <p className="way-intro">
        The real Birdwire between a simulated X and a simulated Slack. Nothing leaves this machine.
      </p>
      <Stages way={way} />
      <Proof proof={way.proof} />
      <Troubles onAsk={onAsk} />
      <Events events={way.events} />
    </aside>
  )
}

const stateNames = { starting: 'connecting', connected: 'connected', cut: 'cut', stalled: 'silent' } as const

function Stages({ way }: { readonly way: WayView }) {
  const { stream, counts, proof } = way
  const age = useAge(stream.since, way.at)
  return (
    <ol className="stages">
      <Stage name="X" count={counts.written} unit="written">
        by the people of an invented world, while you watch
      </Stage>
      <li className={`stage stage-stream stream-${stream.state}`}>
        <span className="stage-dot" aria-hidden="true">
          <span className="ping" key={counts.wire} />
        </span>
        <div className="stage-text">
          <p className="stage-line">
            <strong>Stream</strong>
            <span className="chip" role="status">
              {stateNames[stream.state]}
            </span>
            <span className="stage-age">{spanOf(age)}</span>
          </p>
          <p className="stage-words">{stream.words}</p>
          {stream.birdwire !== '' && stream.state !== 'connected' && (
            <p className="stage-quote">Birdwire: “{stream.birdwire}”</p>
          )}
        </div>
      </li>
      <Stage name="Birdwire" count={counts.stored} unit="kept">
        on disk before anything is sent on, so that no crash can lose it
      </Stage>
      <Stage name="Slack" count={proof.there} unit="delivered">
        {counts.pending === 0 ? 'nothing waiting' : `${counted(counts.pending, 'message')} waiting to be sent`}
      </Stage>
    </ol>
  )
}

function Stage(props: {
  readonly name: string
  readonly count: number
  readonly unit: string
  readonly children: ReactNode
}) {
  return (
    <li className="stage">
      <span className="stage-dot" aria-hidden="true">
        <span className="ping" key={props.count} />
      </span>
      <div className="stage-text">
        <p className="stage-line">
          <strong>{props.name}</strong>
          <span className="stage-count">
            <b>{props.count.toLocaleString('en')}</b> {props.unit}
          </span>
        </p>
        <p className="stage-words">{props.children}</p>
      </div>
    </li>
  )
}

/** Milliseconds since a moment of the desk's clock, growing between what the desk tells. */
function useAge(since: number, told: number): number {
  const [drift, setDrift] = useState(0)
  useEffect(() => {
    const from = performance.now()
    setDrift(0)
    const timer = setInterval(() => setDrift(told === 0 ? 0 : performance.now() - from), 500)
    return () => clearInterval(timer)
  }, [told])
  return told - since + drift
}

function Proof({ proof }: { readonly proof: ProofView }) {
  const good = proof.missing === 0 && proof.twice === 0 && proof.astray === 0
  return (
    <section className={good ? 'proof' : 'proof proof-bad'} aria-label="Proof">
      <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <circle cx="12" cy="12" r="11" />
        <path d={good ? 'M7 12.4l3.4 3.4L17 9' : 'M12 6.5v7M12 16.6v.4'} />
      </svg>
      <div>
        <p className="proof-line">
          <b>{counted(proof.belong, 'post')}</b> {proof.belong === 1 ? 'belongs' : 'belong'} in channels ·{' '}
          <b>{proof.there}</b> {proof.there === 1 ? 'is' : 'are'} there · <b>{proof.missing}</b> missing ·{' '}
          <b>{proof.twice}</b> twice
        </p>
        <p className="proof-small">
          {proof.underway > 0 && <>{proof.underway} on the way. </>}
          {proof.astray > 0 && <>{proof.astray} where they do not belong. </>}
          Counted apart from Birdwire: what the world wrote against what Slack has.
          {proof.unjudged.length > 0 && <> Left out, for what was changed there: {proof.unjudged.join(', ')}.</>}
        </p>
      </div>
    </section>
  )
}

function Troubles({ onAsk }: { readonly onAsk: (path: string) => Promise<string> }) {
  const [problem, setProblem] = useState('')
  const press = async (path: string) => setProblem(await onAsk(path))
  return (
    <section className="troubles" aria-label="Make trouble">
      <h3>Try to lose one</h3>
      <div className="trouble-grid">
        {troubles.map(({ kind, label, hint }) => (
          <button
            type="button"
            className="trouble"
            key={kind}
            title={hint}
            onClick={() => void press(`/api/trouble/${kind}`)}
          >
            {label}
          </button>
        ))}
      </div>
      <h3>Let them write</h3>
      <div className="scene-grid">
        {scenes.map(({ kind, label, hint }) => (
          <button
            type="button"
            className="scene"
            key={kind}
            title={hint}
            onClick={() => void press(`/api/trouble/${kind}`)}
          >
            {label}
          </button>
        ))}
      </div>
      <button type="button" className="post-now" onClick={() => void press('/api/post')}>
        Post something now
      </button>
      {problem !== '' && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </section>
  )
}

function Events({ events }: { readonly events: readonly WayEvent[] }) {
  return (
    <section className="events" aria-label="What happened">
      <h3>What happened</h3>
      {events.length === 0 && <p className="stage-words">Nothing yet. It begins in a moment.</p>}
      <ol>
        {events.toReversed().map(({ id, at, tone, text }) => (
          <li key={id} className={`event event-${tone}`}>
            <time dateTime={new Date(at).toISOString()}>{secondOf(at)}</time>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}
