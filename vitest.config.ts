import { configDefaults, defineConfig } from 'vitest/config'

/** Minutes long each: a browser, or local models under real traffic. `npm run test:rollouts` runs them. */
const LONG_TESTS = [
  'test/browser/**',
  'test/chaos/rollout-kills.test.ts',
  'test/chaos/rollout-local-models.test.ts',
]

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...LONG_TESTS],
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
