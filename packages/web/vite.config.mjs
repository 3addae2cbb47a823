/** Makes the bundle that the device serves: packages/web/dist. `npm run build` runs it where it is stale. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    // A source map would double what the device holds in memory.
    sourcemap: false,
    // Every style and script is a file of its own, which the Content-Security-Policy asks for.
    assetsInlineLimit: 0,
    // The largest are dictionaries of the passphrase meter, which come when one chooses a passphrase.
    chunkSizeWarningLimit: 2_000,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
      output: {
        codeSplitting: {
          // Else a chunk that holds zod and the schemas would run before what tells zod not to compile.
          groups: [{ name: 'zod', test: /[\\/]node_modules[\\/]zod[\\/]|[\\/]jitless\.ts$/u }],
        },
      },
    },
  },
})
