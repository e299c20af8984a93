/** The service's own page: is it working, and where is what. It shows and changes nothing; changes are made in Slack. */
import type { StatusView } from '../../src/console/types.ts'
import { Logo } from '../shared/logo.tsx'
import { counted, momentOf, spanOf, timeOf } from '../shared/words.ts'
import { summaryOf, tallyLines } from './summary.ts'
import { useStatus } from './use-status.ts'

export function Console() {
  const { line, status } = useStatus()
  return (
    <div className="console">
      <header className="top">
        <Logo className="top-logo" />
        <h1>Birdwire</h1>
        {status !== undefined && (
          <p>
            version {status.version} · running for {spanOf(status.at - status.startedAt)}
          </p>
        )}
      </header>
      {status === undefined ? (
        <p className="quiet" role="status">
          {line === 'lost' ? 'Birdwire does not answer. Is it running?' : 'Asking how things stand…'}
        </p>
      ) : (
        <main>
          {line === 'lost' && (
            <p className="stale" role="alert">
              Birdwire has stopped answering. Below is how things stood at {timeOf(status.at)}.
            </p>
          )}
          <Overview status={status} />
          <Sources status={status} />
          <Lanes status={status} />
          <div className="halves">
            <Arrivals status={status} />
            <Gaps status={status} />
          </div>
          <Dead status={status} />
        </main>
      )}
    </div>
  )
}

function Overview({ status }: { readonly status: StatusView }) {
  const { good, title, detail } = summaryOf(status)
  return (
    <section className={good ? 'overview' : 'overview overview-bad'} role="status">
      <h2>{title}</h2>
      <p>{detail}</p>
      <ul className="parts">
        {status.readiness.parts.map(({ name, ok, detail: how }) => (
          <li key={`${name} ${how}`} className={ok ? 'part' : 'part part-bad'}>
            <strong>{name}</strong> {how}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Sources({ status }: { readonly status: StatusView }) {
  return (
    <section className="card" aria-labelledby="sources">
      <h2 id="sources">Sources</h2>
      {status.sources.map(source => (
        <div className="source" key={source.name}>
          <p className="source-line">
            <strong>{source.name.toUpperCase()}</strong>
            <span className={`chip chip-${source.state}`}>{source.state}</span>
            <span className="quiet">for {spanOf(status.at - source.since)}</span>
          </p>
          <p>{source.detail}</p>
          <p className="quiet">
            {[
              counted(source.connects, 'connect'),
              source.lastPostAt === undefined
                ? 'no post yet'
                : `last post ${spanOf(status.at - source.lastPostAt)} ago`,
              ...(source.rules === undefined
                ? []
                : [`${source.rules.ours} of ${source.rules.cap.toLocaleString('en')} rules ours`]),
              ...(source.until === undefined ? [] : [`tries again in ${spanOf(source.until - status.at)}`]),
            ].join(' · ')}
          </p>
        </div>
      ))}
    </section>
  )
}

function Lanes({ status }: { readonly status: StatusView }) {
  return (
    <section className="card" aria-labelledby="lanes">
      <h2 id="lanes">Channels</h2>
      {status.lanes.length === 0 ? (
        <p className="quiet">No channel wants anything yet. In Slack, type /birdwire follow NAME.</p>
      ) : (
        <div className="table-frame">
          <table>
            <thead>
              <tr>
                <th scope="col">Channel</th>
                <th scope="col">Sent</th>
                <th scope="col">Waiting</th>
                <th scope="col">Unsure</th>
                <th scope="col">Dead</th>
                <th scope="col">Last message</th>
              </tr>
            </thead>
            <tbody>
              {status.lanes.map(lane => (
                <tr key={lane.channel}>
                  <th scope="row">
                    {lane.name === '' ? lane.channel : `#${lane.name}`}
                    {lane.held !== undefined && <span className="held">on hold: {lane.held}</span>}
                  </th>
                  <td>{lane.sent.toLocaleString('en')}</td>
                  <td>{lane.pending.toLocaleString('en')}</td>
                  <td>{lane.unknown.toLocaleString('en')}</td>
                  <td className={lane.dead > 0 ? 'bad' : ''}>{lane.dead.toLocaleString('en')}</td>
                  <td>{lane.lastSentAt === undefined ? 'none yet' : `${spanOf(status.at - lane.lastSentAt)} ago`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

function Arrivals({ status }: { readonly status: StatusView }) {
  return (
    <section className="card" aria-labelledby="arrivals">
      <h2 id="arrivals">Arrived</h2>
      <dl className="counts">
        {tallyLines(status).map(({ label, count }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{count.toLocaleString('en')}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const gapNames = { open: 'being closed', closed: 'closed', lost: 'lost' } as const

function Gaps({ status }: { readonly status: StatusView }) {
  return (
    <section className="card" aria-labelledby="gaps">
      <h2 id="gaps">Gaps</h2>
      {status.gaps.length === 0 && <p className="quiet">None: every moment since the start was read.</p>}
      <ol className="list">
        {status.gaps.map(gap => (
          <li key={`${gap.source} ${gap.from}`}>
            <p>
              <span className={`chip chip-${gap.state}`}>{gapNames[gap.state]}</span>{' '}
              <time dateTime={new Date(gap.from).toISOString()} title={momentOf(gap.from)}>
                {timeOf(gap.from)}
              </time>
              , {spanOf(gap.to - gap.from)}: {gap.why}
            </p>
            <p className="quiet">{gap.how}</p>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Dead({ status }: { readonly status: StatusView }) {
  if (status.dead.length === 0) return null
  return (
    <section className="card" aria-labelledby="dead">
      <h2 id="dead">Could not be delivered</h2>
      <ol className="list">
        {status.dead.map(dead => (
          <li key={dead.id}>
            <p>
              <span className="chip chip-lost">{dead.reason}</span> {timeOf(dead.at)} · {dead.why}
            </p>
            <p className="quiet">
              {dead.url === '' ? 'a line of our own' : <a href={dead.url}>{dead.url}</a>} · again with{' '}
              <code>birdwire dead --again {dead.id}</code>
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}
