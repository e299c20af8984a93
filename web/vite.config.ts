/** Builds the two pages, the service's console and the demo, into web/dist. Nothing in them is loaded from anywhere else. */
import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = import.meta.dirname

export default defineConfig({
  root: here,
  plugins: [react()],
  build: {
    outDir: join(here, 'dist'),
    emptyOutDir: true,
    // A picture as a data: address in a style sheet would need a wider content security policy.
    assetsInlineLimit: 0,
    rolldownOptions: { input: { console: join(here, 'index.html'), demo: join(here, 'demo.html') } },
  },
})
