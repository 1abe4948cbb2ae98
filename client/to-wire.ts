import type { CallRequest } from './inputs/call-input.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { ImageInput, MessageInput, PartInput } from './inputs/message-input.ts'
import type { Message, MessagePart } from '../domain/message.ts'
import type { ModelRequest } from '../domain/model-request.ts'
import type { Plan, Subtask } from '../domain/plan/plan.ts'
import type { PlanInput, SubtaskInput, TaskInput } from './inputs/task-input.ts'
import type { TaskRunInput } from '../workflows/contract.ts'

/** Where long texts go. */
type TextPlace = Pick<ContentStore, 'put'>

/** A request as it travels through Temporal: long texts and images stay in the content store. */
export async function toModelRequest(request: CallRequest, contents: TextPlace): Promise<ModelRequest> {
  const { prompt, system, messages, strategy: _strategy, ...settings } = request
  const turns: MessageInput[] = [
    ...(system === undefined ? [] : [{ role: 'system', content: system } as const]),
    ...(messages ?? []),
    ...(prompt === undefined ? [] : [{ role: 'user', content: prompt } as const]),
  ]
  return { ...settings, messages: await Promise.all(turns.map((turn) => toMessage(turn, contents))) }
}

async function toMessage({ content, ...rest }: MessageInput, contents: TextPlace): Promise<Message> {
  const parts = typeof content === 'string' ? (content === '' ? [] : [content]) : content
  return { ...rest, parts: await Promise.all(parts.map((part) => toPart(part, contents))) }
}

async function toPart(part: PartInput, contents: TextPlace): Promise<MessagePart> {
  if (typeof part === 'string') return { type: 'text', text: await contents.put(part) }
  if (part.type === 'text') return { type: 'text', text: await contents.put(part.text) }
  return toImage(part, contents)
}

async function toImage({ data, url, mediaType }: ImageInput, contents: TextPlace): Promise<MessagePart> {
  const base64 = data instanceof Uint8Array ? Buffer.from(data).toString('base64') : data
  return {
    type: 'image',
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(base64 === undefined ? {} : { data: await contents.put(base64) }),
    ...(url === undefined ? {} : { url }),
  }
}

/** A task as it travels through Temporal. */
export async function toTaskRunInput(input: TaskInput, contents: ContentStore): Promise<TaskRunInput> {
  const { task, context, plan, approval, ...settings } = input
  return {
    ...settings,
    task: await contents.put(task),
    ...(context === undefined ? {} : { context: await contents.put(context) }),
    ...(plan === undefined ? {} : { plan: await toPlan(plan, contents) }),
    ...(approval === undefined || approval === false ? {} : { approval: approval === true ? {} : approval }),
  }
}

async function toPlan(plan: PlanInput, contents: ContentStore): Promise<Plan> {
  return { subtasks: await Promise.all(plan.subtasks.map((subtask) => toSubtask(subtask, contents))) }
}

async function toSubtask(subtask: SubtaskInput, contents: ContentStore): Promise<Subtask> {
  return {
    ...subtask,
    title: subtask.title ?? subtask.id,
    type: subtask.type ?? 'analysis',
    dependsOn: subtask.dependsOn ?? [],
    action: await contents.put(subtask.action),
  }
}
