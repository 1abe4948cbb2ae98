import type { MissingModel } from './route-input.ts'
import type { RoutedRequest } from './decide-route.ts'
import type { SkippedEndpoint } from '../catalog/model-list.ts'

/** A decision for people, with what it had no choice about. */
export interface RouteExplanation extends RoutedRequest {
  /** Models that cannot be called here, and why. */
  readonly absent: readonly MissingModel[]
  /** Endpoints that cannot be called here, and why; their models may be among `absent`. */
  readonly skipped: readonly SkippedEndpoint[]
  /** The model that would be asked first what the request is about, because the rules are unsure. */
  readonly asks?: string
}
