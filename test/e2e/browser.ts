/**
 * A real browser for tests: the Chromium that comes as an npm package, or one that the machine has. Neither working is a sentence, not an
 * exception: the caller skips with it, or fails where a browser is owed.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

export type Opened = { readonly browser: Browser } | { readonly why: string }

export const outputDir = join(import.meta.dirname, '../output')

export async function openBrowser(): Promise<Opened> {
  const reasons: string[] = []
  for (const [name, launch] of [
    ['@sparticuz/chromium', launchPackaged],
    ['/usr/bin/chromium', launchInstalled],
  ] as const) {
    try {
      return { browser: await launch() }
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
    }
  }
  return { why: `No browser works here. ${reasons.join(' ')}` }
}

async function launchPackaged(): Promise<Browser> {
  const { default: packaged } = await import('@sparticuz/chromium')
  const executablePath = await packaged.executablePath()
  // The package unpacks a readable font beside itself; the machine's own fonts are kept for what it lacks.
  mkdirSync(outputDir, { recursive: true })
  const fonts = join(outputDir, 'fonts.conf')
  writeFileSync(
    fonts,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${join(tmpdir(), 'fonts')}</dir><include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>`,
  )
  // Its arguments are made for a cloud function; these loosen what a page may do, which is what we want to see.
  const loose = ['--disable-web-security', '--allow-running-insecure-content', '--single-process']
  return await chromium.launch({
    executablePath,
    args: packaged.args.filter(arg => !loose.includes(arg)),
    env: { ...process.env, FONTCONFIG_FILE: fonts },
  })
}

async function launchInstalled(): Promise<Browser> {
  return await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
  })
}
