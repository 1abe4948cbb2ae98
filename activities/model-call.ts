import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity'
import { type Content, MAX_CONTENT_BYTES, utf8Length } from '../domain/content-ref.ts'
import type { ModelAnswer, ModelRequest } from '../domain/model-request.ts'
import type { ContentStore } from '../payloads/content-store.ts'
import type { JsonValue } from '../domain/json.ts'
import type { ModelProvider, ProviderRequest, ProviderResult } from '../providers/model-provider.ts'
import type { RateLimitReport } from '../domain/limits/rate-limit-report.ts'
import { callFailed, toApplicationFailure } from './failures.ts'
import { checkAnswer } from '../domain/json-schema/check-answer.ts'
import { runOfAttempt } from '../domain/ids.ts'
import { resolveMessages } from './resolve-messages.ts'
import { messageOf } from '../domain/message-of.ts'

/** One upstream call. */
export interface CallModelInput {
  readonly attemptId: string
  readonly endpoint: string
  readonly providerModel: string
  readonly request: ModelRequest
  readonly maxOutputTokens: number
  /** Absent where the model does not take one. */
  readonly temperature?: number
  readonly timeoutMs: number
}

export interface CallModelOutput {
  readonly answer: ModelAnswer
  /** The provider's usage object, untouched. */
  readonly rawUsage: JsonValue
  /** What the provider said about its limits; absent when none is used up. */
  readonly rateLimit?: RateLimitReport
}

export interface ModelCallActivityDeps {
  /** The provider that serves an endpoint of the catalog; `undefined` when this worker has none. */
  readonly providerFor: (endpoint: string) => ModelProvider | undefined
  readonly contents: ContentStore
}

const HEARTBEAT_INTERVAL_MS = 1000

/** Makes one upstream call: no retry in here, because each call may be billed. */
export function createModelCallActivities(deps: ModelCallActivityDeps) {
  return {
    callModel: async (input: CallModelInput): Promise<CallModelOutput> => {
      const progress = { outputCharacters: 0 }
      const timer = setInterval(() => heartbeat(progress), HEARTBEAT_INTERVAL_MS)
      try {
        return await callOnce(input, deps, (delta) => (progress.outputCharacters += delta.length))
      } catch (error) {
        throw toApplicationFailure(error)
      } finally {
        clearInterval(timer)
      }
    },
  }
}

export type ModelCallActivities = ReturnType<typeof createModelCallActivities>

async function callOnce(
  input: CallModelInput,
  deps: ModelCallActivityDeps,
  onDelta: (text: string) => void,
): Promise<CallModelOutput> {
  refuseForeignRun(input.attemptId)
  const provider = deps.providerFor(input.endpoint)
  if (provider === undefined) {
    throw callFailed(
      'unavailable',
      `the worker on ${activityInfo().taskQueue} has no endpoint ${input.endpoint}`,
    )
  }
  const {
    messages,
    task: _task,
    target: _target,
    model: _model,
    version: _version,
    session: _session,
    experiment: _experiment,
    dataClass: _dataClass,
    complexity: _complexity,
    weights: _weights,
    temperature: _asked,
    ...settings
  } = input.request
  const request: ProviderRequest = {
    ...settings,
    attemptId: input.attemptId,
    providerModel: input.providerModel,
    messages: await resolveBeforeSending(messages, deps.contents),
    maxOutputTokens: input.maxOutputTokens,
    ...(input.temperature === undefined ? {} : { temperature: input.temperature }),
  }
  const result = await provider.generate(request, {
    signal: cancellationSignal(),
    timeoutMs: input.timeoutMs,
    onDelta,
  })
  const { content: _content, rawUsage, rateLimit, ...rest } = result
  const schema = checkAnswer(result, input.request.responseFormat)
  return {
    answer: {
      ...rest,
      ...(schema === undefined ? {} : { schema }),
      content: await storeAnswer(result, deps.contents),
    },
    rawUsage,
    ...(rateLimit === undefined ? {} : { rateLimit }),
  }
}

/**
 * A reset sends what was pending again, in a new run but under the old attempt: two calls would share one bill. The old
 * attempt stays ambiguous, since its first call may still run; the new run opens one of its own.
 */
function refuseForeignRun(attemptId: string): void {
  const openedBy = runOfAttempt(attemptId)
  const runningIn = activityInfo().workflowExecution?.runId
  if (openedBy === undefined || openedBy === runningIn) return
  throw callFailed('worker-lost', `the attempt belongs to run ${openedBy}, which was reset`)
}

/** Nothing was sent yet, so that a prompt which cannot be fetched costs nothing. */
async function resolveBeforeSending(
  messages: CallModelInput['request']['messages'],
  contents: ContentStore,
): Promise<ProviderRequest['messages']> {
  try {
    return await resolveMessages(messages, contents)
  } catch (error) {
    throw callFailed('unavailable', `the prompt cannot be fetched: ${messageOf(error)}`)
  }
}

/** The call is paid for at this point: an answer that cannot be stored still reports its usage. */
async function storeAnswer(result: ProviderResult, contents: ContentStore): Promise<Content> {
  const { content, usage, rawUsage, rateLimit } = result
  const reported = { usage, rawUsage, ...(rateLimit === undefined ? {} : { rateLimit }) }
  const bytes = utf8Length(content)
  if (bytes > MAX_CONTENT_BYTES) {
    const message = `the answer has ${bytes} bytes, the limit is ${MAX_CONTENT_BYTES}`
    throw callFailed('output-too-large', message, reported)
  }
  try {
    return await contents.put(content)
  } catch (error) {
    throw callFailed('worker-lost', `the answer cannot be stored: ${messageOf(error)}`, reported)
  }
}
