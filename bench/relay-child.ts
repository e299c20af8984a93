/**
 * The least that can stand between X and Slack, as the floor under our own latency: reads the stream, parses a line, posts its text.
 * Nothing is kept, matched, paced or tried again, so it may lose and double posts; it is there to be compared with.
 */
import http from 'node:http'

const env = (name: string) => process.env[name] ?? ''
const agent = new http.Agent({ keepAlive: true })
const post = {
  method: 'POST',
  agent,
  headers: { authorization: `Bearer ${env('SLACK_BOT_TOKEN')}`, 'content-type': 'application/json; charset=utf-8' },
}

function send(line: string): void {
  const { data } = JSON.parse(line)
  if (data.in_reply_to_user_id !== undefined) return
  const text = `${data.text} <https://x.com/i/status/${data.id}|View on X>`
  const request = http.request(`${env('SLACK_API_URL')}chat.postMessage`, post, response => response.resume())
  request.end(JSON.stringify({ channel: env('RELAY_CHANNEL'), text }))
}

const stream = { headers: { authorization: `Bearer ${env('X_BEARER_TOKEN')}` } }
const fields = 'tweet.fields=author_id,in_reply_to_user_id'
http.get(`${env('X_API_URL')}/2/tweets/search/stream?${fields}`, stream, response => {
  let rest = ''
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') send(line)
  })
})
