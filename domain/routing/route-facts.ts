import type { BreakerPhase } from './route-input.ts'
import type { NanoUsd } from '../money.ts'
import type { TenantPreferences } from '../catalog/model.ts'
import type { TaskType } from '../model-request.ts'
import type { TrafficSnapshot } from '../traffic/traffic-state.ts'

/** How an endpoint is now. What is absent is taken to be fine. */
export interface EndpointFacts {
  readonly breaker?: BreakerPhase
  readonly isReady?: boolean
  /** How long its quota pool lets no call through, in milliseconds. */
  readonly limitedForMs?: number
}

/** What is known of a version now. What is absent is the catalog's prior, or unknown. */
export interface VersionFacts {
  /** Whether it is loaded somewhere. Default true. */
  readonly isDeployed?: boolean
  /** What the health check says of it. Absent: it may have everything. */
  readonly health?: VersionHealthFact
  /** Measured times of a call, in milliseconds. */
  readonly p50Ms?: number
  readonly p95Ms?: number
  /** Measured quality by type of task, 0 to 1: the posterior mean. */
  readonly quality?: Readonly<Partial<Record<TaskType, number>>>
}

/** A version that the health check took out of routing, or lets back in little by little. */
export interface VersionHealthFact {
  /** Of its usual requests: 0 while it is out. */
  readonly sharePercent: number
  /** Follows its name. */
  readonly reason: string
}

/** What may still be spent, by the tightest budget that counts. What is absent is unlimited. */
export interface BudgetFacts {
  readonly leftNanoUsd?: NanoUsd
  /** 0 to 1. */
  readonly leftShare?: number
}

/** Everything beside catalog and request that a routing decision looks at. */
export interface RouteFacts {
  /** By endpoint name. */
  readonly endpoints?: Readonly<Record<string, EndpointFacts>>
  /** By `versionKey`. */
  readonly versions?: Readonly<Record<string, VersionFacts>>
  readonly budget?: BudgetFacts
  /** What the tenant that asks wants differently. */
  readonly tenant?: TenantPreferences
  /** By model, how its traffic is shared out. Absent: its first version gets everything. */
  readonly traffic?: Readonly<Record<string, TrafficSnapshot>>
  /** What versions are assigned by; see `assignmentKey`. Absent: the stable ones answer. */
  readonly assignmentKey?: string
}

/** Names a version among all of the catalog. */
export function versionKey({ model, version }: { readonly model: string; readonly version: string }): string {
  return `${model}@${version}`
}
