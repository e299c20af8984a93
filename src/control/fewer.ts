/**
 * `fewer <post>`: which rule would keep out posts like that one, and what else it would have kept out of late. Proposed, never done: each is
 * a preview.
 */

import type { Post } from '../domain/post.ts'
import { refusalInWords } from '../domain/reasons.ts'
import { emptyRoute } from '../domain/route.ts'
import { changeCharsMax, fewerRulesMax, previewDays } from '../limits.ts'
import type { Source } from '../source/source.ts'
import { type Actor, type Control, type ControlDeps, type Offer, refused, routeOf, told } from './control.ts'
import { type Rule, rulesAgainst } from './fewer-rules.ts'
import { postIdIn } from './post-address.ts'
import { commandIn, type Lookup } from './preview-command.ts'
import { postLine } from './preview-line.ts'
import { difference, pastOf } from './preview-past.ts'
import { tryOut } from './preview-trial.ts'
import { code, counted, name } from './words.ts'

export const fewer =
  (lookup: Lookup): Control =>
  async (deps, who, channel, args) => {
    const id = postIdIn(args)
    if (id === undefined)
      return refused(
        'Fewer like which post? For example `/birdwire fewer https://x.com/mira_okafor/status/1790000000000000000`.',
      )
    const stored = await deps.store.post(deps.source.name, id)
    if (stored === undefined)
      return refused('Birdwire has not seen that post: `/birdwire why` with its address says more.')
    if (stored.gone !== undefined) return refused('That post is gone: its text was forgotten.')
    const { post } = stored
    const route = (await routeOf(deps, channel)) ?? emptyRoute(deps.source.name, channel)
    const verdict = deps.judging(route)(post)
    if (!verdict.wanted)
      return told(
        `Posts like that one do not come here any more${verdict.refusal === undefined ? ': nothing here asks for them' : `: ${name(refusalInWords(verdict.refusal), changeCharsMax)}`}.`,
      )
    const { posts } = await pastOf(deps)
    const judge = deps.judging(route)
    const came = posts.filter(other => judge(other).wanted)
    const found: Proposal[] = []
    for (const rule of rulesAgainst(post, verdict.because)) {
      const loss = await lossOf(deps, who, channel, lookup, rule, post, came)
      if (loss !== undefined && (rule.likely !== 'guess' || loss > 1)) found.push({ ...rule, loss })
    }
    const best = bestOf(found)
    const heading = `Fewer posts like this one: ${postLine(post, deps.clock.now())}`
    if (best.length === 0) return told(`${heading}\nThere is no simple rule against it. ${byHand}`)
    const chosen = route.keywords.length === 0 && verdict.because.kind === 'follow' ? [byHand] : []
    const lines = best.map(rule => `• ${code(`/birdwire ${rule.does}`)}: ${inWords(rule.loss, came.length)}`)
    const ask =
      'Each of these is a rule that `/birdwire list` shows; `/birdwire preview …` first says what it would change.'
    return { ...told([heading, ...lines, ...chosen, ask].join('\n')), offers: best.map(offer) }
  }

interface Proposal extends Rule {
  /** Posts of the last days that it would have kept out. */
  readonly loss: number
}

/** The least loss first; whom one surely means is among them. */
function bestOf(found: readonly Proposal[]): readonly Proposal[] {
  const least = (rules: readonly Proposal[]) => rules.toSorted((a, b) => a.loss - b.loss)
  const sure = found.filter(({ likely }) => likely === 'sure')
  return least([...sure, ...least(found.filter(rule => !sure.includes(rule)))].slice(0, fewerRulesMax))
}

/** Undefined: the rule would not keep the post out, or cannot be made. */
async function lossOf(
  deps: ControlDeps,
  who: Actor,
  channel: string,
  lookup: Lookup,
  rule: Rule,
  post: Post,
  came: readonly Post[],
): Promise<number | undefined> {
  const command = commandIn(lookup, rule.does)
  if (typeof command === 'string') return undefined
  // The network need not be paid for naming whom the post names.
  const author: Source['resolve'] = async inputs =>
    inputs.map(input => ({ kind: 'found', input, account: { source: post.source, ...post.author } }))
  const { before, after } = await tryOut(deps, who, channel, command, author)
  if (deps.judging(after)(post).wanted) return undefined
  return difference(deps.judging, came, before, after).removed.length
}

function inWords(loss: number, came: number): string {
  const of = `of the ${counted(came, 'post')} that came in the last ${previewDays} days`
  if (loss === 0) return `would have taken away none ${of}.`
  if (loss === came) return `would have taken away all ${of}.`
  return `would have taken away ${loss.toLocaleString('en')} ${of}.`
}

const offer = ({ label, does }: Rule): Offer => ({ label, does: `preview ${does}` })

const byHand =
  'Or `/birdwire keyword add WORD`: then only those posts of the followed come that have one of your words.'
