import { defineConfig } from 'vitest/config'

// The same source condition as `node --conditions=@blotter/source`: tests run the packages from source, as users of
// the repository do.
const conditions = ['@blotter/source', 'node']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['{processors,sdk,collector,test}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    pool: 'forks', // the embedded engine binds one data directory per process
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
