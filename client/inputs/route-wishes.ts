import { COMPLEXITIES } from '../../domain/model-request.ts'
import { DATA_CLASSES } from '../../domain/catalog/deployment.ts'
import { z } from 'zod'

const weight = z.number().nonnegative()

/** What counts when models are compared. */
const weightsSchema = z
  .strictObject({ cost: weight, latency: weight, quality: weight })
  .refine(({ cost, latency, quality }) => cost + latency + quality > 0, 'must not all be 0')

/** What a call, and a task for all of its steps, may say about how its models are chosen. */
export const routeWishesShape = {
  dataClass: z.enum(DATA_CLASSES).exactOptional(),
  complexity: z.enum(COMPLEXITIES).exactOptional(),
  weights: weightsSchema.exactOptional(),
  session: z.string().min(1).max(256).exactOptional(),
}
