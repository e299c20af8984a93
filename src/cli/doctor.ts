/** `birdwire doctor`: everything that must be right before it can work, one line each, with what to do. Changes nothing. */
import { loadConfig, processEnvironment } from '../config.ts'
import { diagnose } from '../offline.ts'

/** Exit status by the returned value: true when all is well. */
export async function doctor(): Promise<boolean> {
  const config = loadConfig(processEnvironment())
  const findings = await diagnose(config)
  const width = Math.max(...findings.map(({ name }) => name.length))
  for (const { name, ok, detail } of findings)
    process.stdout.write(`${ok ? '✔' : '✖'} ${name.padEnd(width)}  ${detail}\n`)
  const wrong = findings.filter(({ ok }) => !ok).length
  process.stdout.write(wrong === 0 ? '\nAll is well.\n' : `\n${wrong} to put right.\n`)
  return wrong === 0
}
