// tsc emits code only; what the code reads beside itself (SQL migrations, the built page) is copied into dist/ here.
import { cpSync } from 'node:fs'

for (const folder of ['src/store/migrations', 'web/dist']) cpSync(folder, `dist/${folder}`, { recursive: true })
