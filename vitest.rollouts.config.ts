import { configDefaults, defineConfig } from 'vitest/config'
import everyday from './vitest.config.ts'

/** The tests that the everyday run leaves out, one file at a time. */
export default defineConfig({
  test: {
    ...everyday.test,
    include: [
      'test/browser/**/*.test.ts',
      'test/chaos/rollout-kills.test.ts',
      'test/chaos/rollout-local-models.test.ts',
    ],
    exclude: configDefaults.exclude,
    maxWorkers: 1,
  },
})
