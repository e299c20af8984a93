/**
 * What Slack says to a view (modal or App Home): docs.slack.dev/surfaces/modals and /app-home. A view's faults are
 * `invalid_arguments` with the complaints in `response_metadata.messages`, not `invalid_blocks`.
 */
import { blockIdsDiffer, homeBlock, modalBlock } from './layout.ts'
import { all, bool, byType, type Check, given, list, object, type Problem, rule, text } from './schema.ts'
import { id, plainText } from './text.ts'

const blocksMax = 100
/** A view is refused as `view_too_large` beyond this many bytes of JSON. */
export const viewBytesMax = 250_000

const inputNeedsSubmit: Check = rule((view, at) => {
  if (view['submit'] !== undefined || !Array.isArray(view['blocks'])) return []
  const problems: Problem[] = []
  view['blocks'].forEach((block: unknown, i) => {
    if (typeof block === 'object' && block !== null && 'type' in block && block.type === 'input') {
      problems.push({
        message: 'must define `submit` to use an `input` block in modals',
        at: `${at}/blocks/${i}/input`,
      })
    }
  })
  return problems
})

const named = { private_metadata: text(3000, 0), callback_id: text(255, 0), external_id: id }

const modal: Check = all(
  object(
    { type: given, title: plainText(24), blocks: all(list(modalBlock, blocksMax, 0), blockIdsDiffer) },
    { ...named, submit: plainText(24), close: plainText(24), clear_on_close: bool, notify_on_close: bool },
  ),
  inputNeedsSubmit,
)

const home: Check = object({ type: given, blocks: all(list(homeBlock, blocksMax, 0), blockIdsDiffer) }, named)

/** Complaints about a view; `surface` is what the method takes. */
export function judgeView(view: unknown, surface: 'modal' | 'home'): Problem[] {
  return byType(surface === 'modal' ? { modal } : { home })(view, '/view')
}
