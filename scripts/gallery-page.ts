/** One golden message as a page for a browser: the row of a channel as the demo draws it, with invented pictures. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderToStaticMarkup } from 'react-dom/server'
import type { Message } from '../src/slack/out/blocks.ts'
import { renderMessage } from '../web/blocks/render.ts'
import type { BlockView } from '../web/blocks/view.ts'
import { pictureWidth } from './gallery-text.ts'

/** The reader's clock: on the golden posts' day, after the last of them. */
const now = Date.UTC(2026, 10, 20, 16, 40)
const view: BlockView = {
  date: { now, timeZone: 'UTC' },
  nameOf: () => undefined,
  pictureAt: url => (url.includes('/avatars/') ? avatar(url) : scene(url)),
}

const web = join(import.meta.dirname, '../web')
const styles = ['shared/base.css', 'blocks/blocks.css', 'demo/demo.css', 'demo/messages.css'].map(file =>
  readFileSync(join(web, file), 'utf8'),
)

/** Heights in CSS pixels of what is drawn of a message that is longer than a page. */
const fold = { top: 620, bottom: 210 }

const own = `
html, body { height: auto; }
body { width: ${pictureWidth}px; }
.row:hover { background: none; }
.top { max-height: ${fold.top}px; overflow: hidden; }
.bottom { height: ${fold.bottom}px; overflow: hidden; display: flex; align-items: flex-end; }
.bottom > * { width: 100%; }
.fold { text-align: center; padding: 5px; color: var(--ink-soft); background: var(--ground-soft); border: dashed var(--line); border-width: 1px 0; font-size: 13px; }
`

const logo = `<svg class="face" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" class="logo-ground"/><path d="M2.5 24.5h27" class="logo-wire"/><path d="M8.2 23.4C6.6 14.8 11.4 9 17.6 9c2.6 0 4.6 1.4 5.1 3.6l4 1.2-3.7 1.9c-.3 4.6-4 7.7-8.6 7.7z" class="logo-bird"/><circle cx="19.3" cy="13" r="1.1" class="logo-eye"/></svg>`

/** HTML. `folded`: only the beginning and the end. */
export function pageOf(message: Message, folded: boolean): string {
  const face = message.icon_url === undefined ? logo : `<img class="face" src="${avatar(message.icon_url)}" alt="">`
  const row = `<div class="row">${face}<div class="row-body">
    <p class="row-head"><strong>${escaped(message.username ?? 'Birdwire')}</strong><span class="app-badge">APP</span><time>16:40</time></p>
    ${renderToStaticMarkup(renderMessage(message, view))}</div></div>`
  const body = folded
    ? `<div class="top">${row}</div><div class="fold">the middle is left out here</div><div class="bottom">${row}</div>`
    : row
  return `<!doctype html><meta charset="utf-8"><style>${styles.join('\n')}${own}</style><main>${body}</main>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function svg(width: number, height: number, content: string): string {
  const markup = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${content}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(markup)}`
}

function nameIn(url: string): string {
  return /\/([^/]*?)(?:_normal)?\.\w+$/.exec(url)?.[1] ?? ''
}

const avatars: Readonly<Record<string, readonly [initials: string, ground: string]>> = {
  mira_okafor: ['MO', '#b8563a'],
  jonas_lindqvist: ['JL', '#2f6f8f'],
  layla_haddad: ['ل', '#7a5aa6'],
  tomas_lind: ['TL', '#4b7a3f'],
  cavity_lab: ['CL', '#123f46'],
}

function avatar(url: string): string {
  const [initials, ground] = avatars[nameIn(url)] ?? ['?', '#777777']
  const letters = `<text x="24" y="31" font-family="sans-serif" font-size="19" font-weight="700" fill="#fff" text-anchor="middle">${initials}</text>`
  return svg(48, 48, `<rect width="48" height="48" fill="${ground}"/>${letters}`)
}

/** A plain drawing for a picture of a post: a plot, a table, or two shapes on a bench. */
function scene(url: string): string {
  const name = nameIn(url)
  if (name === 'table') return svg(600, 400, `<rect width="600" height="400" fill="#fff"/>${tableRows()}`)
  if (name === 'fit' || name === 'limit') return svg(600, 400, plot(name === 'fit' ? '#b8563a' : '#2f6f8f'))
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7)
  const sky = `<rect width="600" height="400" fill="hsl(${hue} 32% 84%)"/>`
  const bench = `<rect y="290" width="600" height="110" fill="hsl(${hue} 22% 62%)"/>`
  const things = `<rect x="120" y="150" width="120" height="160" rx="26" fill="hsl(${hue} 30% 42%)"/><circle cx="390" cy="240" r="82" fill="hsl(${(hue + 40) % 360} 45% 55%)"/><circle cx="390" cy="240" r="44" fill="hsl(${(hue + 40) % 360} 40% 74%)"/>`
  return svg(600, 400, `${sky}${bench}${things}`)
}

function tableRows(): string {
  const rows = [60, 110, 160, 210, 260, 310]
  return rows
    .map(
      (y, i) =>
        `<rect x="50" y="${y}" width="${i === 0 ? 500 : 210}" height="16" rx="4" fill="${i === 0 ? '#1d1c1d' : '#b9b6b1'}"/>${i === 0 ? '' : `<rect x="330" y="${y}" width="70" height="16" rx="4" fill="#b9b6b1"/><rect x="460" y="${y}" width="90" height="16" rx="4" fill="#d9d6d1"/>`}`,
    )
    .join('')
}

function plot(colour: string): string {
  return `<rect width="600" height="400" fill="#fff"/><path d="M70 30V340H560" fill="none" stroke="#1d1c1d" stroke-width="4"/><path d="M70 250C180 240 210 90 300 110S430 260 560 200V250C430 310 400 170 300 170S190 300 70 300z" fill="${colour}" opacity="0.22"/><path d="M70 275C180 265 200 130 300 140S430 290 560 225" fill="none" stroke="${colour}" stroke-width="6"/>`
}
