/**
 * X's error answers, word for word where they were recorded (docs.x.com/x-api/fundamentals/response-codes-and-errors and
 * public issue threads). The host in `type` varies as it does at X: clients must look at the path only.
 */
import type { Json } from './objects.ts'

/** An HTTP error answer. */
export interface Problem {
  readonly status: number
  /** Sent as JSON; a string is sent as it is, as HTML. */
  readonly body: Json | string
}

const old = 'https://api.twitter.com/2/problems'
const current = 'https://api.x.com/2/problems'

export const unauthorized: Problem = {
  status: 401,
  body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' },
}

/** The two bodies seen in 2026 for an app without credits. */
export const creditsDepleted: Problem = {
  status: 402,
  body: {
    title: 'CreditsDepleted',
    detail: 'Your enrolled account [1234567890] does not have any credits to fulfill this request.',
    type: `${old}/credits`,
  },
}
export const paymentRequired: Problem = {
  status: 402,
  body: {
    detail: 'credits depleted',
    status: 402,
    title: 'Payment Required',
    type: `${current}/credits-depleted`,
  },
}

export const notEnrolled: Problem = {
  status: 403,
  body: {
    client_id: '29893711',
    detail:
      'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project. You can create a project via the developer portal.',
    reason: 'client-not-enrolled',
    registration_url: 'https://developer.twitter.com/en/docs/projects/overview',
    required_enrollment: 'Appropriate Level of API Access',
    title: 'Client Forbidden',
    type: `${old}/client-forbidden`,
  },
}

export const usageCapped: Problem = {
  status: 429,
  body: {
    title: 'UsageCapExceeded',
    detail: 'Usage cap exceeded: Monthly product cap',
    period: 'Monthly',
    scope: 'Product',
    type: `${old}/usage-capped`,
  },
}

export const tooManyRequests: Problem = {
  status: 429,
  body: { title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429 },
}

export const tooManyConnections: Problem = {
  status: 429,
  body: {
    title: 'ConnectionException',
    detail: 'This stream is currently at the maximum allowed connection limit.',
    connection_issue: 'TooManyConnections',
    type: `${current}/streaming-connection`,
  },
}

export const noRules: Problem = {
  status: 409,
  body: {
    title: 'ConnectionException',
    detail:
      'You must define rules using the POST /2/tweets/search/stream/rules endpoint before connecting to filtered stream.',
    connection_issue: 'RuleConfigurationIssue',
    type: `${old}/streaming-connection`,
  },
}

export const rulesCapExceeded: Problem = {
  status: 422,
  body: {
    title: 'RulesCapExceeded',
    detail: 'You have exceeded the maximum number of rules.',
    type: `${current}/rule-cap`,
  },
}

export const notFound: Problem = {
  status: 404,
  body: { title: 'Not Found', detail: 'Not Found', type: 'about:blank', status: 404 },
}

export const badCredentials: Problem = {
  status: 403,
  body: { errors: [{ code: 99, label: 'authenticity_token_error', message: 'Unable to verify your credentials' }] },
}

/** A server error as JSON, as an HTML page, or with an empty body: X sends all three. */
export function serverError(status: number, body: 'json' | 'html' | 'empty'): Problem {
  const title =
    { 500: 'Internal Server Error', 502: 'Bad Gateway', 504: 'Gateway Timeout' }[status] ?? 'Service Unavailable'
  if (body === 'empty') return { status, body: '' }
  if (body === 'html') return { status, body: `<html><body><h1>${status} ${title}</h1></body></html>` }
  return { status, body: { title, detail: title, type: 'about:blank', status } }
}

/** 400 for one parameter, with X's sentence about it. */
export function invalidParameter(name: string, values: readonly string[], message: string): Problem {
  return {
    status: 400,
    body: {
      errors: [{ parameters: { [name]: values }, message }],
      title: 'Invalid Request',
      detail: 'One or more parameters to your request was invalid.',
      type: `${old}/invalid-request`,
    },
  }
}

/** The line X writes into a stream before it ends it (docs.x.com/x-api/fundamentals/consuming-streaming-data). */
export const operationalDisconnect: Json = {
  errors: [
    {
      title: 'operational-disconnect',
      disconnect_type: 'UpstreamOperationalDisconnect',
      detail: 'This stream has been disconnected upstream for operational reasons.',
      type: `${current}/operational-disconnect`,
    },
  ],
}

type Kind = 'user' | 'tweet' | 'list'

/** The three reasons for which X leaves a resource out of an answer that is otherwise good. */
export function partialError(
  reason: 'missing' | 'suspended' | 'protected',
  what: { kind: Kind; parameter: string; value: string; inIncludes?: boolean },
): Json {
  const { kind, parameter, value } = what
  const details = {
    missing: `Could not find ${kind} with ${parameter}: [${value}].`,
    suspended: `User has been suspended: [${value}].`,
    protected: `Sorry, you are not authorized to see the ${kind === 'tweet' ? 'Tweet' : kind} with ${parameter}: [${value}].`,
  }
  return {
    value,
    detail: details[reason],
    title: { missing: 'Not Found Error', suspended: 'Forbidden', protected: 'Authorization Error' }[reason],
    resource_type: kind,
    parameter,
    resource_id: value,
    ...(what.inIncludes === true ? { section: 'includes' } : {}),
    type: `${old}/${reason === 'protected' ? 'not-authorized-for-resource' : 'resource-not-found'}`,
  }
}

export function isProblem(value: object): value is Problem {
  return 'status' in value && 'body' in value
}
