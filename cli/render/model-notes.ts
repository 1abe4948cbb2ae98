import type { ModelList } from '../../domain/catalog/model-list.ts'
import type { TaskProgress } from '../../domain/plan/task-progress.ts'

/** Plain sentences about what the models that took part can and cannot do. */
export function modelNotes(
  { planning, subtasks, synthesis }: TaskProgress,
  models: ModelList,
): readonly string[] {
  const used = new Set([planning, ...subtasks, synthesis].map(({ model }) => model))
  const versions = Object.values(models.catalog.models).flatMap((model) =>
    used.has(model.name) ? model.versions.slice(0, 1) : [],
  )
  return versions.flatMap(({ model, providerModel, weights }) => {
    const name = `${providerModel} ${weights?.uri ?? ''}`
    if (!/\b135m\b/i.test(name)) return []
    return [
      `${model} has 135 million parameters and runs on this machine's CPU. It writes short, fluent English and simple ` +
        'lists; it does not reason or calculate, it invents facts, and it loses the thread of long texts. The plan, ' +
        'the parallel run, the crash safety and the accounting are the real thing; for answers to rely on, set ' +
        'OPENAI_API_KEY or ANTHROPIC_API_KEY, or name a larger GGUF file in the catalog.',
    ]
  })
}
