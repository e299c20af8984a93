/**
 * `npm run gallery [NAME …]`: draws the golden messages of test/corpus/messages (or those named) in Chromium into docs/images/messages, and writes
 * docs/messages.md. Pictures differ a little with the machine's fonts; a colour emoji font must be among them.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compose } from '../src/slack/out/compose.ts'
import { contentOf } from '../test/corpus/messages/golden.ts'
import { openBrowser } from '../test/e2e/browser.ts'
import { pageOf } from './gallery-page.ts'
import { exhibits, galleryText, picturesFolder, pictureWidth } from './gallery-text.ts'

const docs = join(import.meta.dirname, '../docs')
const wanted = process.argv.slice(2)

const opened = await openBrowser()
if ('why' in opened) {
  process.stderr.write(`${opened.why}\n`)
  process.exitCode = 1
} else {
  await using browser = opened.browser
  mkdirSync(join(docs, picturesFolder), { recursive: true })
  const page = await browser.newPage({
    viewport: { width: pictureWidth, height: 600 },
    deviceScaleFactor: 1.5,
    colorScheme: 'light',
  })
  for (const { name, folded = false } of exhibits) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    await page.setContent(pageOf(compose(contentOf(name)), folded))
    await page.locator('main').screenshot({ path: join(docs, picturesFolder, `${name}.png`), animations: 'disabled' })
    process.stdout.write(`${name}\n`)
  }
  writeFileSync(join(docs, 'messages.md'), galleryText())
}
