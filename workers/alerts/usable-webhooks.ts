import type { AlertWebhook } from '../../domain/alerts/alert-settings.ts'
import type { UnusableWebhook } from '../../domain/alerts/alert-requests.ts'
import type { VariableLookup } from '../catalog/environment-catalog.ts'

/** A webhook with its address and its secret. */
export interface UsableWebhook {
  readonly name: string
  readonly url: string
  readonly secret: string
}

export interface ResolvedWebhooks {
  readonly usable: readonly UsableWebhook[]
  readonly unusable: readonly UnusableWebhook[]
}

/** Finds addresses and secrets in the environment; a webhook that lacks one is named with what to set. */
export function usableWebhooks(webhooks: readonly AlertWebhook[], lookup: VariableLookup): ResolvedWebhooks {
  const usable: UsableWebhook[] = []
  const unusable: UnusableWebhook[] = []
  for (const { name, url, urlVariable, secretVariable } of webhooks) {
    const address = url ?? valueOf(urlVariable, lookup)
    const secret = valueOf(secretVariable, lookup)
    if (address === undefined) {
      unusable.push({ name, reason: `needs an address: set ${urlVariable}` })
    } else if (!isHttp(address)) {
      // The address is not repeated: it may be a secret.
      unusable.push({
        name,
        reason: `needs an address that starts with http:// or https:// in ${urlVariable}`,
      })
    } else if (secret === undefined) {
      unusable.push({ name, reason: `needs a secret to sign with: set ${secretVariable}` })
    } else {
      usable.push({ name, url: address, secret })
    }
  }
  return { usable, unusable }
}

function valueOf(variable: string | undefined, lookup: VariableLookup): string | undefined {
  const value = variable === undefined ? undefined : lookup(variable)?.trim()
  return value === '' ? undefined : value
}

function isHttp(address: string): boolean {
  const protocol = URL.parse(address)?.protocol
  return protocol === 'https:' || protocol === 'http:'
}
