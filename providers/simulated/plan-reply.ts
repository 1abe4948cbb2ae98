import type { ModelBehaviour } from './behaviour.ts'
import type { Directive } from './directive.ts'
import { FAULTS, type Fault } from './fault.ts'
import { jsonValueFor } from './json-value.ts'
import { limitsOf, type SimulatedLimits } from './limit-headers.ts'
import { draw, type Random, words } from './seeded-random.ts'
import { type SimulatedReply, type SimulatedRequest, simulatedTokens } from './surface.ts'

/** Everything that happens in one call, decided before it begins. */
export interface PlannedReply {
  readonly fault: Fault | undefined
  /** From the request to the whole answer. */
  readonly latencyMs: number
  /** From the request to the first token of a streamed answer. */
  readonly firstTokenMs: number
  readonly retryAfterMs: number
  readonly limits: SimulatedLimits | undefined
  readonly reply: SimulatedReply
}

export interface ReplyFacts {
  readonly request: SimulatedRequest
  readonly behaviour: ModelBehaviour
  readonly directive: Directive
  /** Whether the directive's fault and limits still strike, by its `times`. */
  readonly directiveStrikes: boolean
  readonly random: Random
}

const DEFAULT_SUBTASKS = 4
const REFUSAL = 'Simulated refusal: I cannot help with that.'

/** Decides what the call gets. The same facts and random numbers give the same answer. */
export function planReply(facts: ReplyFacts): PlannedReply {
  const { behaviour, directive, random } = facts
  const drawnFault = drawFault(behaviour, random)
  const latencyMs = directive.latency ?? draw(behaviour.latencyMs, random)
  const firstTokenMs = directive.ttft ?? draw(behaviour.timeToFirstTokenMs, random)
  const drawnTokens = Math.max(1, Math.round(draw(behaviour.outputTokens, random)))
  const fault =
    directive.fault === undefined ? drawnFault : facts.directiveStrikes ? directive.fault : undefined
  const lateMs = fault === 'slow-start' ? behaviour.slowStartMs : 0
  const retryAfterSeconds = directive['retry-after']
  return {
    fault,
    latencyMs: Math.max(latencyMs, directive.ttft ?? 0) + lateMs,
    firstTokenMs: Math.min(firstTokenMs, Math.max(latencyMs, directive.ttft ?? 0)) + lateMs,
    retryAfterMs: retryAfterSeconds === undefined ? behaviour.retryAfterMs : retryAfterSeconds * 1000,
    limits: facts.directiveStrikes ? limitsOf(directive) : undefined,
    reply: makeReply(facts, fault, drawnTokens),
  }
}

function drawFault({ faults }: ModelBehaviour, random: Random): Fault | undefined {
  let left = random()
  for (const fault of FAULTS) {
    left -= faults[fault] ?? 0
    if (left < 0) return fault
  }
  return undefined
}

function makeReply(facts: ReplyFacts, fault: Fault | undefined, drawnTokens: number): SimulatedReply {
  const { request, directive, random } = facts
  const id = Math.floor(random() * 2 ** 32).toString(16)
  const base = { id, inputTokens: request.inputTokens }
  if (fault === 'refusal')
    return { ...base, finish: 'refusal', text: REFUSAL, outputTokens: simulatedTokens(REFUSAL) }
  const toolName = directive.tool ?? request.forcedTool
  const tool = request.tools.find(({ name }) => name === toolName)
  if (tool !== undefined) {
    const text = JSON.stringify(jsonValueFor({ type: 'object', ...tool.parameters }, { random, subtasks: 1 }))
    return { ...base, finish: 'tool', text, toolName: tool.name, outputTokens: simulatedTokens(text) }
  }
  const fixed = directive.text ?? structuredText(facts)
  const tokens = directive.tokens ?? (fixed === undefined ? drawnTokens : simulatedTokens(fixed))
  const outputTokens = Math.min(tokens, request.maxOutputTokens)
  const text = fixed ?? words(outputTokens, random)
  if (tokens <= request.maxOutputTokens) return { ...base, finish: 'stop', text, outputTokens }
  const kept = fixed === undefined ? text : text.slice(0, outputTokens * 4)
  return { ...base, finish: 'length', text: kept, outputTokens }
}

/** What the request's form asks for; `undefined` when any words will do. */
function structuredText({ request, directive, random }: ReplyFacts): string | undefined {
  const subtasks = directive.subtasks ?? DEFAULT_SUBTASKS
  if (directive.lines !== undefined) {
    return Array.from({ length: directive.lines }, (_, index) => `${index + 1}. ${words(6, random)}`).join(
      '\n',
    )
  }
  if (request.schema === undefined) return undefined
  const isAnyObject = Object.keys(request.schema).length === 0
  const schema = isAnyObject ? { type: 'object', properties: { answer: { type: 'string' } } } : request.schema
  return JSON.stringify(jsonValueFor(schema, { random, subtasks }))
}
