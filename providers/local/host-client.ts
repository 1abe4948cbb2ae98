import { availableParallelism } from 'node:os'
import { ProviderError } from '../provider-error.ts'
import { GenerationDesk } from './generation-desk.ts'
import { startHostProcess } from './host-process.ts'
import { nextHostState } from './host-state.ts'
import { createScoreDesk } from './score-desk.ts'
import type {
  HostAnswer,
  HostExit,
  HostGenerateOptions,
  HostRequest,
  ModelHost,
  ModelHostOptions,
} from './model-host.ts'
import type { HostEvent, HostState } from './host-state.ts'
import type { HostProcess } from './host-process.ts'
import type { HostReport, TextScore } from './protocol.ts'
import type { HostStatus, MemoryEstimate } from './host-status.ts'

const DEFAULT_MAX_QUEUED = 16
const DEFAULT_STALL_TIMEOUT_MS = 60_000
const DEFAULT_LOAD_TIMEOUT_MS = 600_000
/** As other local engines have it. */
const DEFAULT_REPEAT_PENALTY = 1.15
const DEFAULT_DRAIN_TIMEOUT_MS = 120_000

/** How long a process may take to free its memory before it is ended by force. */
const UNLOAD_GRACE_MS = 5000

/** On a machine with so few cores a second thread only waits for the first: ggml's threads spin. */
const MAX_CORES_FOR_ONE_THREAD = 4

type ProbeReport = Extract<HostReport, { type: 'probe-passed' }>

/**
 * Starts a process, loads one model version into it, and resolves when it has answered its first generations.
 * @throws ProviderError of kind `unavailable` when the model cannot be loaded; the message says why, and what
 * memory it needs and what is free if that is the reason. No process is left behind.
 */
export async function startModelHost(options: ModelHostOptions): Promise<ModelHost> {
  const host = new ForkedModelHost(options)
  await host.loaded()
  return host
}

class ForkedModelHost implements ModelHost {
  readonly version: string
  readonly exited: Promise<HostExit>
  readonly #options: ModelHostOptions
  readonly #process: HostProcess
  readonly #desk: GenerationDesk
  readonly #ready: PromiseWithResolvers<void>
  readonly #scores = createScoreDesk((order) => this.#process.send(order))
  #state: HostState = { phase: 'absent' }
  #estimate: MemoryEstimate | undefined
  #loaded: ProbeReport | undefined
  #memory: ProbeReport['memory'] | undefined

  constructor(options: ModelHostOptions) {
    this.version = options.version
    this.#options = options
    this.#ready = Promise.withResolvers()
    this.#process = startHostProcess((report) => this.#handle(report), options)
    this.#desk = new GenerationDesk({
      slots: options.slots,
      maxQueued: options.maxQueued ?? DEFAULT_MAX_QUEUED,
      stallTimeoutMs: options.stallTimeoutMs ?? DEFAULT_STALL_TIMEOUT_MS,
      send: (order) => this.#process.send(order),
      onStall: (reason) => this.#process.kill(reason),
    })
    this.exited = this.#process.exited.then((exit) => {
      this.#end(exit)
      return exit
    })
  }

  async loaded(): Promise<void> {
    const { modelPath, sha256, slots, contextSize, availableMemoryBytes } = this.#options
    const { batchTokens, warmUpTokens } = this.#options
    this.#apply({ type: 'started' })
    this.#process.send({
      type: 'load',
      order: {
        modelPath,
        slots,
        contextSize,
        threads: this.#options.threads ?? defaultThreads(),
        gpu: this.#options.gpu ?? 'auto',
        ...(batchTokens === undefined ? {} : { batchTokens }),
        ...(warmUpTokens === undefined ? {} : { warmUpTokens }),
        ...(sha256 === undefined ? {} : { sha256 }),
        ...(availableMemoryBytes === undefined ? {} : { availableMemoryBytes }),
      },
    })
    const limitMs = this.#options.loadTimeoutMs ?? DEFAULT_LOAD_TIMEOUT_MS
    const timer = setTimeout(() => this.#process.kill(`it was not ready within ${limitMs} ms`), limitMs)
    try {
      await this.#ready.promise
    } finally {
      clearTimeout(timer)
    }
  }

  generate(request: HostRequest, options: HostGenerateOptions): Promise<HostAnswer> {
    if (this.#state.phase !== 'ready') return Promise.reject(this.#notReady())
    return this.#desk.generate(request, options, {
      contextSize: this.#contextSize,
      repeatPenalty: this.#options.repeatPenalty ?? DEFAULT_REPEAT_PENALTY,
    })
  }

  score(text: string): Promise<TextScore> {
    if (this.#state.phase !== 'ready') return Promise.reject(this.#notReady())
    return this.#scores.ask(text)
  }

  status(): HostStatus {
    const loaded = this.#loaded
    return {
      version: this.version,
      state: this.#state,
      processId: this.#process.processId,
      slots: this.#options.slots,
      contextSize: this.#contextSize,
      inFlight: this.#desk.inFlight,
      queueDepth: this.#desk.waiting,
      requests: this.#desk.requests(),
      totals: this.#desk.totals(),
      ...(this.#estimate === undefined ? {} : { estimate: this.#estimate }),
      ...(this.#memory === undefined ? {} : { memory: this.#memory }),
      ...(loaded === undefined ? {} : { artifact: loaded.artifact, engine: loaded.engine }),
    }
  }

  async drain({ timeoutMs = DEFAULT_DRAIN_TIMEOUT_MS }: { timeoutMs?: number } = {}): Promise<void> {
    this.#apply({ type: 'drain-requested' })
    const timer = setTimeout(() => this.#desk.cancelAll(), timeoutMs)
    await this.#desk.idle()
    clearTimeout(timer)
  }

  async unload(options: { timeoutMs?: number } = {}): Promise<void> {
    await this.drain(options)
    this.#apply({ type: 'unload-began' })
    this.#process.send({ type: 'unload' })
    const timer = setTimeout(() => this.#process.kill('it did not end by itself'), UNLOAD_GRACE_MS)
    await this.exited
    clearTimeout(timer)
  }

  kill(reason = 'killed by its owner'): Promise<HostExit> {
    this.#process.kill(reason)
    return this.exited
  }

  get #contextSize(): number {
    return this.#loaded?.contextSize ?? this.#options.contextSize
  }

  #handle(report: HostReport): void {
    if (report.type === 'memory-reserved') this.#estimate = report.estimate
    if (report.type === 'generation-ended') this.#memory = report.figures.memory
    if (report.type === 'load-failed') this.#process.kill(report.reason)
    if (report.type === 'probe-passed') {
      this.#loaded = report
      this.#memory = report.memory
    }
    if (report.type === 'scored' || report.type === 'score-failed') return this.#scores.handle(report)
    if ('id' in report) return this.#desk.handle(report)
    this.#apply(report)
    if (report.type === 'probe-passed') this.#ready.resolve()
  }

  #end(exit: HostExit): void {
    this.#apply({ type: 'exited', reason: exit.reason })
    this.#desk.abandon(`version ${this.version}: ${exit.reason}`)
    this.#scores.abandon(`version ${this.version}: ${exit.reason}`)
    const reason = this.#state.phase === 'failed' ? this.#state.reason : exit.reason
    this.#ready.reject(new ProviderError('unavailable', `cannot load version ${this.version}: ${reason}`))
  }

  #apply(event: HostEvent): void {
    const next = nextHostState(this.#state, event)
    if (next === this.#state) return
    this.#state = next
    this.#options.onState?.(next)
  }

  #notReady(): ProviderError {
    const why = this.#state.phase === 'failed' ? `failed: ${this.#state.reason}` : `is ${this.#state.phase}`
    return new ProviderError('unavailable', `version ${this.version} takes no requests: its host ${why}`)
  }
}

function defaultThreads(): number {
  const cores = availableParallelism()
  return cores <= MAX_CORES_FOR_ONE_THREAD ? 1 : Math.floor(cores / 2)
}
