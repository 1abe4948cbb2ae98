import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/fixtures/temporal-setup.ts', 'test/fixtures/postgres-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Two files at once: the servers under test want the other core.
    maxWorkers: 2,
    pool: 'forks',
  },
})
