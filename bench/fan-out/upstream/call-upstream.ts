/**
 * One model call over HTTP with nothing around it: what every contender but Switchyard makes, which goes through its
 * OpenAI adapter.
 * @param url the upstream's address
 * @param latencyMs after how many milliseconds it is to answer
 * @returns the answer's text
 */
export async function callUpstream(url: string, latencyMs: number): Promise<string> {
  const response = await fetch(`${url}/${latencyMs}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'bench-2026-01-01', messages: [{ role: 'user', content: 'hello' }] }),
  })
  const completion: Completion = JSON.parse(await response.text())
  const [choice] = completion.choices
  if (choice === undefined) throw new Error('the upstream gave no answer')
  return choice.message.content
}

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string } }[]
}
