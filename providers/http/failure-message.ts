import type { FailureKind } from '../../domain/failure.ts'

/** What an adapter knows when it explains a failure. */
export interface FailureContext {
  readonly provider: string
  /** The environment variable that the key came from. */
  readonly apiKeyVariable?: string | undefined
  /** The key itself, so that no message repeats it. */
  readonly apiKey?: string | undefined
}

const LONGEST_DETAIL = 500

/** One sentence on what happened, the provider's own words, and what to do about it. */
export function failureMessage(kind: FailureKind, detail: string, context: FailureContext): string {
  const advice = adviceFor(kind, context)
  const words = redact(detail, context.apiKey).slice(0, LONGEST_DETAIL)
  return `${context.provider}: ${words}${advice === undefined ? '' : `. ${advice}`}`
}

function redact(text: string, secret: string | undefined): string {
  return secret === undefined || secret === '' ? text : text.replaceAll(secret, '***')
}

function adviceFor(kind: FailureKind, { provider, apiKeyVariable }: FailureContext): string | undefined {
  const key =
    apiKeyVariable === undefined ? 'the key of its endpoint' : `the environment variable ${apiKeyVariable}`
  switch (kind) {
    case 'authentication':
      return `Check ${key}: the key is missing, wrong, or not allowed to use this model`
    case 'billing':
      return `Check credit and spending limit of the ${provider} account that ${key} belongs to`
    case 'context-too-long':
      return "Shorten the prompt, or lower the model's contextWindow in the catalog if it is set too high"
    case 'content-policy':
      return "The provider's filter rejected the prompt: change it or use another provider"
    case 'bad-request':
      return "Check the model id, base URL and settings of this model's entry in the catalog"
    case 'invalid-response':
      return 'Check that the base URL points to the API itself, not to a proxy or web page'
    default:
      return undefined
  }
}
