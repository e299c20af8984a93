/** A stream server in a process of its own: sends its port to its parent, then the lines to whoever connects, then ends. */
import http from 'node:http'
import { chunksOf, profiles } from './reader-posts.ts'

const [, , profileName, count] = process.argv
const profile = profiles.find(name => name === profileName)
if (profile === undefined) throw new Error(`no profile ${profileName}`)
const chunks = chunksOf(profile, Number(count))

const server = http.createServer((_, response) => {
  response.socket?.setNoDelay(true)
  const send = async () => {
    for (const chunk of chunks) {
      if (!response.write(chunk)) await new Promise(resolve => response.once('drain', resolve))
    }
    response.end()
  }
  void send()
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') process.send?.(address?.port)
})
process.on('disconnect', () => {
  server.closeAllConnections()
  server.close()
})
