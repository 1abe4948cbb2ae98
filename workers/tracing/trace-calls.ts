import type { Endpoint } from '../../domain/catalog/model.ts'
import type { ModelProvider } from '../../providers/model-provider.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { requestAttributes, responseAttributes, usageAttributes } from './gen-ai.ts'
import type { Span } from './span.ts'
import { tracedWorkflowId } from './traced-workflow.ts'
import type { Tracer } from './tracer.ts'

/** Makes a provider whose calls appear in the traces of the requests that they are made for. For use in activities. */
export function traceCalls(tracer: Tracer, { name, provider: vendor, baseUrl }: Endpoint) {
  const server = baseUrl === undefined || !URL.canParse(baseUrl) ? {} : serverAttributes(new URL(baseUrl))
  return (provider: ModelProvider): ModelProvider => ({
    name: provider.name,
    generate: async (request, options) => {
      const workflowId = tracedWorkflowId()
      if (workflowId === undefined) return provider.generate(request, options)
      const { attemptId } = request
      const startMs = Date.now()
      const end = (outcome: Pick<Span, 'attributes' | 'error'>): void =>
        tracer.emit([
          {
            ...tracer.ids.place(workflowId, 'model-call', attemptId),
            parentSpanId: tracer.ids.place(workflowId, 'call-activity', attemptId).spanId,
            name: `chat ${request.providerModel}`,
            kind: 'client',
            startMs,
            endMs: Date.now(),
            ...outcome,
            attributes: {
              ...requestAttributes(request),
              'gen_ai.provider.name': vendor,
              ...server,
              'switchyard.endpoint': name,
              'switchyard.attempt.id': attemptId,
              ...outcome.attributes,
            },
          },
        ])
      try {
        const result = await provider.generate(request, options)
        end({ attributes: responseAttributes(result) })
        return result
      } catch (error) {
        const isOurs = error instanceof ProviderError
        end({
          attributes: isOurs ? usageAttributes(error.details.usage) : {},
          error: isOurs ? error.kind : 'unknown',
        })
        throw error
      }
    },
  })
}

/** Where a request goes, without what may stand in the address beside. */
export function serverAttributes({ hostname, port, protocol }: URL) {
  const standard = protocol === 'https:' ? 443 : 80
  return { 'server.address': hostname, 'server.port': port === '' ? standard : Number(port) }
}
