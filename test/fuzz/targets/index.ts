/** Everything that reads what comes from outside. */
import type { Target } from '../target.ts'
import { consoleTarget } from './console.ts'
import { commandLineTarget, controls, settings } from './controls.ts'
import { filter } from './filter.ts'
import { csvLists, oldConfig, yamlLists } from './lists.ts'
import { listsBase } from './lists-base.ts'
import { slackInbound } from './slack-inbound.ts'
import { slackReplies } from './slack-replies.ts'
import { slackSignature } from './slack-signature.ts'
import { slackSocket } from './slack-socket.ts'
import { pasted, typedText } from './typed.ts'
import { xPost } from './x-post.ts'
import { xRest } from './x-rest.ts'
import { xStream } from './x-stream.ts'

export const targets: readonly Target[] = [
  ...[xStream, xPost, xRest],
  ...[slackSignature, slackInbound, slackReplies, slackSocket],
  ...[filter, typedText, pasted, controls, commandLineTarget],
  ...[yamlLists, csvLists, listsBase, oldConfig, settings],
  consoleTarget,
]
