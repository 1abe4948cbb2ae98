import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import { startModelHost } from '../../../providers/local/host-client.ts'
import { writeTinyGguf } from '../../../tools/tiny-gguf.ts'
import type { TinyGgufOptions } from '../../../tools/tiny-gguf.ts'
import type {
  HostGenerateOptions,
  HostRequest,
  ModelHost,
  ModelHostOptions,
} from '../../../providers/local/model-host.ts'

/** Real hosts on generated models; whatever a test leaves running is ended after the file. */
export interface TinyHosts {
  model(name: string, options: TinyGgufOptions): Promise<string>
  start(options: Partial<ModelHostOptions> & Pick<ModelHostOptions, 'modelPath'>): Promise<ModelHost>
}

/** Call at the top of a test file. */
export function useTinyHosts(): TinyHosts {
  let folder = ''
  const hosts: ModelHost[] = []
  // Processes start slowly on a machine that is busy with other tests.
  vi.setConfig({ testTimeout: 120_000 })
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tiny-hosts-'))
  })
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.kill()))
    await rm(folder, { recursive: true, force: true })
  })
  return {
    model: async (name, options) => {
      const path = join(folder, `${name}.gguf`)
      await writeTinyGguf(path, options)
      return path
    },
    start: async (options) => {
      const host = await startModelHost({
        version: 'v1',
        slots: 1,
        contextSize: 1024,
        gpu: false,
        ...options,
      })
      hosts.push(host)
      return host
    },
  }
}

/** A request of one user message; sampled, with a fixed seed. */
export function request(text: string, overrides: Partial<HostRequest> = {}): HostRequest {
  return {
    messages: [{ role: 'user', text }],
    maxOutputTokens: 24,
    temperature: 0.8,
    seed: 7,
    ...overrides,
  }
}

/** Options of a caller that waits for as long as a loaded machine needs. */
export function callOptions(overrides: Partial<HostGenerateOptions> = {}): HostGenerateOptions {
  return { signal: new AbortController().signal, timeoutMs: 120_000, ...overrides }
}

/** A request that no model can end early: its grammar asks for at least 3,600 characters. */
export function longRequest(): HostRequest {
  const responseFormat = { type: 'numbered-lines' as const, count: 60, minLength: 60, maxLength: 80 }
  return request('hello', { responseFormat, maxOutputTokens: 5000 })
}
