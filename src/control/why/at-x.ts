/** `why ID at X`: the post is read at the network, which costs, and judged; it is neither kept nor posted. */
import { emptyRoute, type Route } from '../../domain/route.ts'
import { type Answer, type ControlDeps, refused } from '../control.ts'
import { ago, code, plain } from '../words.ts'
import { whatItIs } from './seen.ts'
import { howToHave, inDetail } from './verdict.ts'

/** Channels told about on the command line. */
const channelsTold = 10

/** `channel` undefined: of all channels. */
export async function tellAtX(
  deps: ControlDeps,
  channel: string | undefined,
  id: string,
  routes: readonly Route[],
): Promise<Answer> {
  const held = deps.money?.standing().held
  if (held !== undefined) return refused(`X was not asked, since nothing may be read at present. ${plain(held)}`)
  const found = await deps.source.lookUp(id, deps.signal)
  if (found.kind === 'failed') return refused(`X could not be asked about that post. ${plain(found.why)}`)
  if (found.kind === 'gone') return { text: `*At X*: ${plain(found.why)}`, changed: false }
  const { post } = found
  const first = `*At X*: ${whatItIs(post)}, written ${ago(deps.clock.now(), post.createdAt)}. It is only looked at here, not brought in.`
  const told = channel === undefined ? routes.slice(0, channelsTold) : routes.filter(route => route.channel === channel)
  if (channel !== undefined && told.length === 0) told.push(emptyRoute(deps.source.name, channel))
  const lines = [first]
  for (const route of told) {
    const verdict = deps.judging(route)(post)
    const where = channel === undefined ? `${code(route.channel)}: ` : ''
    if (verdict.wanted)
      lines.push(
        `${where}*Wanted* as it is set now, because ${inDetail(route, post, verdict)}. X did not send it when it was written: it came before that was set, in a gap, or X's rules take its words otherwise.`,
      )
    else lines.push(`${where}*Not wanted*: ${inDetail(route, post, verdict)}.`)
  }
  const [route] = told
  if (channel === undefined || route === undefined) return { text: lines.join('\n'), changed: false }
  const change = howToHave(deps, route, post)
  return { text: [...lines, ...change.lines].join('\n'), changed: false, offers: change.offers }
}
