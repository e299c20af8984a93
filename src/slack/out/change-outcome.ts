/**
 * Slack's reply to chat.update or chat.delete → Outcome. Both may be repeated blindly: a second time shows the same, or finds the message
 * gone. So what would be unknown of a post is here a plain retry, and only the codes about the message itself mean something else.
 * Pure. docs.slack.dev/reference/methods/chat.update and chat.delete
 */
import type { Outcome } from '../../domain/outcome.ts'
import { outcomeOf, type Reply } from './outcome.ts'

export type ChangeKind = 'update' | 'delete'

/** Codes that say that this message can never be changed, whatever we send. */
const fixed: Readonly<Record<string, string>> = {
  cant_update_message: 'Slack does not let the app edit this message',
  edit_window_closed: 'the workspace does not let messages of this age be edited',
  cant_delete_message: 'Slack does not let the app delete this message',
  compliance_exports_prevent_deletion: 'the workspace keeps its messages for compliance; nothing may be deleted',
}

/** How the change of message `ts` ended. Never `unknown`. */
export function changeOutcomeOf(reply: Reply, kind: ChangeKind, ts: string): Outcome {
  if (reply.kind === 'error') {
    const { code } = reply
    if (code === 'message_not_found') {
      return kind === 'delete'
        ? { kind: 'sent', ts }
        : { kind: 'gone', why: 'the message is not in Slack any more: somebody deleted it' }
    }
    const why = Object.hasOwn(fixed, code) ? fixed[code] : undefined
    if (why !== undefined) return { kind: 'refused', scope: 'change', code, why }
  }
  const outcome = outcomeOf(reply, () => ts)
  switch (outcome.kind) {
    case 'unknown':
      return { kind: 'retry', scope: 'message', afterMs: 0, why: outcome.why }
    case 'retry':
      // Slack limits each method by itself: too many edits say nothing about posts.
      return outcome.limited === true ? { ...outcome, scope: 'method' } : outcome
    default:
      return outcome
  }
}
