import { describe, expect, it } from 'vitest'
import { allowedDataClasses, DATA_CLASSES, DEPLOYMENTS } from '../../../domain/catalog/deployment.ts'
import { deploymentOf, quotaLimitsOf, quotaPoolOf } from '../../../domain/catalog/endpoint-defaults.ts'
import { qualityPrior } from '../../../domain/catalog/profile.ts'

describe('data classes', () => {
  it.each([
    ['cloud-api', 'public', true],
    ['cloud-api', 'internal', false],
    ['cloud-api', 'confidential', false],
    ['cloud-api', 'restricted', false],
    ['private-cloud', 'public', true],
    ['private-cloud', 'internal', true],
    ['private-cloud', 'confidential', false],
    ['private-cloud', 'restricted', false],
    ['on-premise', 'public', true],
    ['on-premise', 'internal', true],
    ['on-premise', 'confidential', true],
    ['on-premise', 'restricted', true],
  ] as const)('%s may take %s content: %s', (deployment, dataClass, isAllowed) => {
    expect(allowedDataClasses(deployment).includes(dataClass)).toBe(isAllowed)
  })

  it('the table has an answer for every pair', () => {
    expect(DEPLOYMENTS.length * DATA_CLASSES.length).toBe(12)
  })
})

describe('an endpoint', () => {
  it.each([
    [{ kind: 'local' }, 'on-premise'],
    [{ kind: 'openai' }, 'cloud-api'],
    [{ kind: 'simulated' }, 'cloud-api'],
    [{ kind: 'openai', deployment: 'private-cloud' }, 'private-cloud'],
    [{ kind: 'local', deployment: 'cloud-api' }, 'cloud-api'],
  ] as const)('%j runs %s', (endpoint, deployment) => {
    expect(deploymentOf(endpoint)).toBe(deployment)
  })

  it('draws on the pool that it names, else on one of its own name', () => {
    expect(quotaPoolOf({ name: 'east', quotaPool: 'account' })).toBe('account')
    expect(quotaPoolOf({ name: 'east' })).toBe('east')
  })

  it('has the limits of its pool, none where there are none', () => {
    const catalog = { quotaPools: { account: { requestsPerMinute: 60 }, west: { concurrency: 2 } } }
    expect(quotaLimitsOf(catalog, { name: 'east', quotaPool: 'account' })).toEqual({ requestsPerMinute: 60 })
    expect(quotaLimitsOf(catalog, { name: 'west' })).toEqual({ concurrency: 2 })
    expect(quotaLimitsOf(catalog, { name: 'south' })).toEqual({})
    expect(quotaLimitsOf({}, { name: 'south' })).toEqual({})
  })
})

describe('the quality that a profile believes in', () => {
  const profile = { quality: { default: 0.5, code: 0.9 } }

  it('is that of the task, else the default one, else unknown', () => {
    expect(qualityPrior(profile, 'code')).toBe(0.9)
    expect(qualityPrior(profile, 'chat')).toBe(0.5)
    expect(qualityPrior({ latencyMs: 1 }, 'chat')).toBeUndefined()
    expect(qualityPrior(undefined, 'chat')).toBeUndefined()
  })
})
