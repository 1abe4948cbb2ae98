import { mapping, oneOf } from './fields.ts'
import { DATA_CLASSES } from '../../domain/catalog/deployment.ts'
import { taskSchema } from './document.ts'
import { weightsSchema } from './routing-document.ts'
import { z } from 'zod'

/** What a tenant wants differently for a type of task; what is absent is as for everybody. */
export const tenantTaskSchema = taskSchema.partial().extend({
  fallbacks: taskSchema.shape.fallbacks.unwrap().optional(),
})
export type TenantTaskEntry = z.infer<typeof tenantTaskSchema>

/** What a tenant wants differently. Its tasks are read one by one, so that all errors show. */
export const tenantSchema = z.strictObject(
  {
    dataClass: oneOf(DATA_CLASSES).optional(),
    weights: weightsSchema.optional(),
    tasks: z.record(z.string(), z.unknown(), mapping('task types')).default({}),
  },
  mapping('dataClass, weights and tasks'),
)
export type TenantEntry = Omit<z.infer<typeof tenantSchema>, 'tasks'>

/** What holds for all decisions. */
export const routingSchema = z.strictObject(
  { classifyWith: taskSchema.shape.model.optional() },
  mapping('classifyWith'),
)
