import type { AlertSettings } from '../alerts/alert-settings.ts'
import type { OptimisationTarget, TaskType } from '../model-request.ts'
import type { DataClass, Deployment } from './deployment.ts'
import type { HostTuning } from './host-tuning.ts'
import type { ModelProfile } from './profile.ts'
import type { Price } from './price.ts'
import type { QuotaPool } from './quota-pool.ts'
import type { ScoreWeights } from './score-weights.ts'

/** `temperature`: the model takes one; several reasoning models answer 400 to it. */
export const CAPABILITIES = [
  'json',
  'json-schema',
  'tools',
  'vision',
  'streaming',
  'seed',
  'temperature',
] as const
export type Capability = (typeof CAPABILITIES)[number]

/** How a provider is reached. `openai` also speaks to every OpenAI-compatible host by its base URL. */
export const PROVIDER_KINDS = ['openai', 'anthropic', 'local', 'simulated'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

/** What computes local versions: a model host of the GPU node's own, or a server beside it that the node only uses. */
export const LOCAL_ENGINES = ['built-in', 'attached'] as const
export type LocalEngine = (typeof LOCAL_ENGINES)[number]

/** One provider + address + credential. */
export interface Endpoint {
  readonly name: string
  /** The provider's name in the catalog; cloud workers poll `provider.<name>`. */
  readonly provider: string
  readonly kind: ProviderKind
  /** Of local endpoints. Default `built-in`. */
  readonly engine?: LocalEngine
  readonly baseUrl?: string
  /** The environment variable that holds the key. The key itself never stands in the catalog. */
  readonly apiKeyVariable?: string
  /** Time for one call once a worker has it, in milliseconds. */
  readonly callTimeoutMs: number
  /** Time a call may wait for a free worker slot, in milliseconds. */
  readonly queueTimeoutMs: number
  /** Calls that one worker runs at once. */
  readonly concurrency: number
  /** Decides which data classes it may take. Default: `deploymentOf`. */
  readonly deployment?: Deployment
  /** The pool whose limits its calls count against. Default: `quotaPoolOf`. */
  readonly quotaPool?: string
}

/** How a model is asked for a plan: strong ones fill a JSON schema, small ones write a numbered list. */
export const PLANNING_STRATEGIES = ['json-schema', 'numbered-lines'] as const
export type PlanningStrategy = (typeof PLANNING_STRATEGIES)[number]

/** Where open weights come from: a GGUF file by path, by URL, or by a name that `tools/` resolves. */
export interface WeightsSource {
  /** `file:/abs/path.gguf`, `https://…`, `demo:smollm2-135m-instruct` or `generated:<seed>`. */
  readonly uri: string
  /** Lower-case hex; required for `https:`. */
  readonly sha256?: string
}

/** One pinned thing behind a model. */
export interface ModelVersion {
  readonly model: string
  /** The catalog's name of the version, unique within its model. */
  readonly version: string
  /** The id that the provider knows it by: dated or otherwise pinned, never an alias. */
  readonly providerModel: string
  readonly endpoint: string
  /** In tokens, prompt and answer together. */
  readonly contextWindow: number
  readonly maxOutputTokens: number
  readonly capabilities: readonly Capability[]
  readonly planning: PlanningStrategy
  readonly price: Price
  readonly profile?: ModelProfile
  readonly weights?: WeightsSource
  /** How its model hosts run it. Only of versions with weights. */
  readonly tuning?: HostTuning
}

/** The logical name that callers use, with its versions; the first gets everything until traffic is shared out. */
export interface Model {
  readonly name: string
  readonly description?: string
  readonly versions: readonly ModelVersion[]
}

/** What a task type uses unless the request says otherwise. */
export interface TaskDefaults {
  readonly model: string
  /** Tried in this order when the model fails. */
  readonly fallbacks: readonly string[]
  readonly temperature: number
  readonly maxOutputTokens: number
  /** Models to use instead for one optimisation target. */
  readonly targets?: Readonly<Partial<Record<OptimisationTarget, string>>>
  /** The least quality, 0 to 1, that routing accepts while a model that has it is left. Default 0. */
  readonly minQuality?: number
  /** Default: `DEFAULT_WEIGHTS`. */
  readonly weights?: ScoreWeights
}

/** What a tenant wants differently from everybody. What is absent is as for everybody. */
export interface TenantPreferences {
  /** How sensitive its requests are that do not say so themselves. Default `public`. */
  readonly dataClass?: DataClass
  /** What counts for it; the weights of one of its `tasks` come before. */
  readonly weights?: ScoreWeights
  readonly tasks?: Readonly<Partial<Record<TaskType, Partial<TaskDefaults>>>>
}

/** Everything Switchyard may call, parsed and checked. */
export interface Catalog {
  /** SHA-256 of the source text: stored with every decision. */
  readonly version: string
  readonly endpoints: Readonly<Record<string, Endpoint>>
  readonly models: Readonly<Record<string, Model>>
  readonly tasks: Readonly<Record<TaskType, TaskDefaults>>
  /** Limits by the name of the pool; see `quotaLimitsOf`. */
  readonly quotaPools?: Readonly<Record<string, QuotaPool>>
  /** By tenant; see `tenantPreferences`. */
  readonly tenants?: Readonly<Record<string, TenantPreferences>>
  /** What is watched and who is told. Default: `DEFAULT_ALERT_SETTINGS`. */
  readonly alerts?: AlertSettings
  /** The model that says what a request is about where the rules are unsure. Absent: the rules alone decide. */
  readonly classifyWith?: string
}
