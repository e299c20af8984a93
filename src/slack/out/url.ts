/**
 * Addresses from outside. Pure, no look-ups: only http(s) is ever a link or a picture, and Slack is not sent to fetch a picture
 * from an address that means something inside somebody's network (I8). What a name resolves to is Slack's own guard.
 */
import { BlockList, isIP } from 'node:net'
import { slackUrlCharsMax } from '../../limits.ts'

/** Address blocks that are not the public internet. iana.org/assignments/iana-ipv4-special-registry and -ipv6- */
const privateNets = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const) {
  privateNets.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  privateNets.addSubnet(net, bits, 'ipv6')
}

/** Ends of names that only somebody's own network answers to. RFC 6761, 6762, 8375; the others are what routers and companies use. */
const privateNames = /\.(?:localhost|local|localdomain|internal|intranet|private|lan|home|corp|arpa|onion)$/

/**
 * The address as a browser would write it; undefined when it is not http(s), is broken, is too long for Slack, or names somebody before
 * the host, which is how an address pretends to lead elsewhere.
 */
export function webUrl(address: string | undefined): string | undefined {
  if (address === undefined || !/^\s*https?:/i.test(address)) return undefined
  const url = URL.parse(address)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  if (url.username !== '' || url.password !== '') return undefined
  return url.href.length <= slackUrlCharsMax ? url.href : undefined
}

/** The address of a picture that Slack may be told to fetch. `allowPrivateHosts` is for the demo, whose pictures are local. */
export function imageUrl(address: string | undefined, allowPrivateHosts: boolean): string | undefined {
  const url = webUrl(address)
  if (url === undefined) return undefined
  return allowPrivateHosts || !isPrivateHost(new URL(url).hostname) ? url : undefined
}

/** `hostname` as URL gives it: lower case, IPv4 in any spelling already dotted, IPv6 in brackets. */
function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const version = isIP(host)
  if (version === 4) return privateNets.check(host, 'ipv4')
  // A mapped IPv4 (::ffff:10.0.0.1) is checked by the IPv4 rules too.
  if (version === 6) return privateNets.check(host, 'ipv6')
  return !host.includes('.') || privateNames.test(host)
}
