/** auth.test, users.info, views.*: docs.slack.dev/reference/methods. */
import { string, structure } from '../args.ts'
import { fail, ok, type Reply } from '../types.ts'
import { invalid } from '../views.ts'
import { wireUser } from '../wire.ts'
import { type Call, type Method, none } from './method.ts'

function authTest(call: Call): Reply {
  const { team, app } = call.core.workspace
  return ok({
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: app.botName,
    team_id: team.id,
    user_id: app.botUser,
    bot_id: app.botId,
    app_id: app.id,
    is_enterprise_install: false,
  })
}

function userInfo(call: Call): Reply {
  const id = string(call.args, 'user')
  const user = id === undefined ? undefined : call.core.workspace.users.get(id)
  return user === undefined ? fail('user_not_found') : ok({ user: wireUser(call.core.workspace, user) })
}

function open(push: boolean): Method['run'] {
  return call => call.core.views.open(string(call.args, 'trigger_id'), structure(call.args, 'view'), push)
}

function update(call: Call): Reply {
  const find = { id: string(call.args, 'view_id'), externalId: string(call.args, 'external_id') }
  if (find.id === undefined && find.externalId === undefined) return invalid(['missing required field: view_id'])
  return call.core.views.update(find, structure(call.args, 'view'), string(call.args, 'hash'))
}

function publish(call: Call): Reply {
  const user = string(call.args, 'user_id')
  if (user === undefined) return invalid(['missing required field: user_id'])
  return call.core.views.publish(user, structure(call.args, 'view'), string(call.args, 'hash'))
}

export const others: Readonly<Record<string, Method>> = {
  'auth.test': { tier: 'special', token: 'bot', scopes: none, run: authTest },
  'users.info': { tier: 'tier4', token: 'bot', scopes: () => ['users:read'], run: userInfo },
  'views.open': { tier: 'tier4', token: 'bot', scopes: none, run: open(false) },
  'views.push': { tier: 'tier4', token: 'bot', scopes: none, run: open(true) },
  'views.update': { tier: 'tier4', token: 'bot', scopes: none, run: update },
  'views.publish': { tier: 'tier4', token: 'bot', scopes: none, run: publish },
}
