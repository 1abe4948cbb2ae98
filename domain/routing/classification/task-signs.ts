import type { TaskType } from '../../model-request.ts'

/** The types that a request can be recognised as; planning and synthesis are steps of Switchyard's own. */
export const RECOGNISED_TASKS = [
  'chat',
  'classification',
  'extraction',
  'summarisation',
  'code',
  'reasoning',
  'creative',
  'analysis',
  'translation',
] as const satisfies readonly TaskType[]
export type RecognisedTask = (typeof RECOGNISED_TASKS)[number]

/** What the rules look at. */
export interface PromptFeatures {
  /** The beginning of what the person wrote, at most some thousand characters. */
  readonly text: string
  readonly hasSchema: boolean
  readonly hasTools: boolean
}

/** Something in a request that speaks for a task. */
export interface TaskSign {
  readonly task: RecognisedTask
  /** 1: a hint, 3: says it, 4: shows it. */
  readonly strength: number
  readonly sign: string
}

type WordRule = readonly [RecognisedTask, TaskSign['strength'], RegExp]

/** English words. Other languages are recognised by what is attached, else left to a model. */
const WORDS: readonly WordRule[] = [
  ['translation', 3, /\btranslat(es?|ed|ing|ion)\b/i],
  ['translation', 1, /\b(in|into|to|from) (english|german|french|spanish|italian|chinese|japanese)\b/i],
  ['summarisation', 3, /\b(summar(y|i[sz]e[sd]?|i[sz]ing)|tl;?dr|condense)\b/i],
  ['summarisation', 2, /\b((key|main) points|in (one|two|three) sentences?)\b/i],
  ['classification', 3, /\b(classif(y|ies|ied|ication)|categori[sz]e|sentiment|label (this|the|each))\b/i],
  ['classification', 2, /\bis (this|it) ((a|an) )?(spam|positive|negative|urgent|complaint)\b/i],
  ['extraction', 3, /\b(extract|pull out)\b/i],
  ['extraction', 2, /\b(find|list|get) (all|every) (the )?(names|dates|amounts|e-?mails|entities|fields)\b/i],
  ['code', 3, /\b(debug|refactor|unit tests?|stack ?trace|compile[sr]?|regex)\b/i],
  ['code', 3, /\b(write|fix|implement|review)( \w+){0,4} (function|class|script|program|query|bug|code)\b/i],
  ['code', 1, /\b(python|javascript|typescript|rust|golang|sql|bash)\b/i],
  ['reasoning', 3, /\b(prove|derive|solve|calculate|step[- ]by[- ]step|puzzle|riddle)\b/i],
  ['reasoning', 1, /\b(why|therefore|given that|how many|probability)\b/i],
  ['creative', 3, /\b(write|compose|tell)( \w+){0,4} (story|poem|song|slogan|joke|haiku|limerick)\b/i],
  ['creative', 2, /\b(brainstorm|imagine|in the style of)\b/i],
  ['analysis', 3, /\b(analy[sz]e[sd]?|analysis|compare|evaluate|assess|pros and cons|trade-?offs?)\b/i],
  ['analysis', 1, /\b(impact|strengths|weaknesses|risks?|trends?)\b/i],
  ['chat', 3, /^\s*(hi|hello|hey|thanks|thank you|good (morning|evening))\b/i],
  ['chat', 2, /^\s*(what|who|when|where)('s| is| are| was| were) [^\n]{1,80}$/i],
]

/** Every sign of a type of task that stands in a request or hangs on it. */
export function taskSigns({ text, hasSchema, hasTools }: PromptFeatures): readonly TaskSign[] {
  const words = WORDS.flatMap(([task, strength, pattern]): readonly TaskSign[] => {
    const [found] = pattern.exec(text) ?? []
    return found === undefined ? [] : [{ task, strength, sign: `"${found.trim()}"` }]
  })
  return [
    ...words,
    ...(text.includes('```') ? [{ task: 'code', strength: 4, sign: 'a code fence' } as const] : []),
    ...(hasSchema ? [{ task: 'extraction', strength: 2, sign: 'a schema for the answer' } as const] : []),
    ...(hasTools ? [{ task: 'chat', strength: 1, sign: 'tools' } as const] : []),
  ]
}
