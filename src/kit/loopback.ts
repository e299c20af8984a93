/** This machine's names for itself. */
import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * A name or address that means this machine and nothing else, as it stands in a setting or in a `Host` header, port included. By its letters
 * only, nothing is looked up: RFC 6761 6.3 keeps `localhost` and what ends in it for this.
 */
export function isLoopback(host: string): boolean {
  const name = (isIP(host) === 6 ? host : host.replace(/:\d+$/, '')).replace(/^\[|\]$/g, '').toLowerCase()
  const version = isIP(name)
  if (version !== 0) return loopback.check(name, version === 4 ? 'ipv4' : 'ipv6')
  return name === 'localhost' || name.endsWith('.localhost')
}

/** What stands in a URL for a server of this machine that listens at `address`: listening everywhere, it is here too. */
export function nameHere(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  if (address === '::') return '[::1]'
  return isIP(address) === 6 ? `[${address}]` : address
}
