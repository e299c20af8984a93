/** Slack's methods for views, on Bolt's client. docs.slack.dev/reference/methods/views.open */
import type { App } from '@slack/bolt'
import { WebAPIPlatformError } from '@slack/web-api'
import type { ViewClient } from './modal.ts'

/** What Slack says to an update of a view that is closed, or was changed since: nobody waits for it any more. */
const overtaken = ['not_found', 'hash_conflict']

export function viewClient(client: App['client'], token: string): ViewClient {
  return {
    async open(trigger, view) {
      const { view: shown } = await client.views.open({ token, trigger_id: trigger, view })
      return { id: shown?.id ?? '', hash: shown?.hash }
    },
    async update(id, view, hash) {
      try {
        await client.views.update({ token, view_id: id, view, ...(hash === undefined ? {} : { hash }) })
      } catch (error) {
        if (!(error instanceof WebAPIPlatformError) || !overtaken.includes(error.data.error)) throw error
      }
    },
    async publish(user, view) {
      await client.views.publish({ token, user_id: user, view })
    },
  }
}
