import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
// The studio compares Origin with Host; vite's short form would rewrite Host, and every save were refused.
const studio = { target: process.env.AGENTRY_URL ?? 'http://127.0.0.1:8642', changeOrigin: false }

export default defineConfig({
  root: here('.'),
  base: '/',
  plugins: [react()],
  resolve: { alias: { '@': here('./src') } },
  server: {
    proxy: { '/api': studio, '/schemas': studio, '/schema': studio },
  },
  build: {
    outDir: here('../backend/agentry/_ui'),
    emptyOutDir: true,
    manifest: true,
    // elk is loaded on demand in its own worker; the limit guards the main chunk, which a test weighs gzipped.
    chunkSizeWarningLimit: 1600,
  },
  worker: { format: 'es' },
})
