import type { JsonObject } from '../../json.ts'
import { TASK_TYPES, type TaskType } from '../../model-request.ts'

/** What a subtask may be; planning and synthesis are steps of the task itself. */
export const SUBTASK_TYPES = TASK_TYPES.filter((type) => type !== 'planning' && type !== 'synthesis')

/** The longest action that a model may write, in characters. */
export const MAX_ACTION_LENGTH = 600

/** The longest title that is kept, in characters. */
export const MAX_TITLE_LENGTH = 60

/** What a subtask is about when nobody says. */
export const DEFAULT_SUBTASK_TYPE: TaskType = 'analysis'

/**
 * JSON schema of a plan as a model writes it. Only what every vendor's strict mode and a grammar can hold a model
 * to: all members required, no others. The bounds stand in the prompt and are checked by `parsePlan`.
 */
export const PLAN_SCHEMA: JsonObject = {
  title: 'plan',
  type: 'object',
  additionalProperties: false,
  required: ['subtasks'],
  properties: {
    subtasks: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'title', 'action', 'type', 'dependsOn', 'expectedOutput'],
        properties: {
          id: { type: 'string', description: 's1, s2, …' },
          title: { type: 'string', description: 'At most six words' },
          action: { type: 'string', description: 'The complete instruction, understandable by itself' },
          type: { type: 'string', enum: SUBTASK_TYPES },
          dependsOn: {
            type: 'array',
            items: { type: 'string' },
            description: 'Ids of the subtasks whose results it needs',
          },
          expectedOutput: { type: 'string', description: 'What a good result looks like, in one phrase' },
        },
      },
    },
  },
}
