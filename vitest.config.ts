import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/fixtures/temporal-setup.ts', 'test/fixtures/postgres-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Generous, because the machine is shared: a poll ends as soon as it holds.
    expect: { poll: { timeout: 15_000 } },
    // Two files at once: the servers under test want the other core.
    maxWorkers: 2,
    pool: 'forks',
  },
})
