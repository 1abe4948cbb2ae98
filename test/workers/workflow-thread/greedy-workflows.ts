import { ApplicationFailure, sleep } from '@temporalio/workflow'

/** Never yields. */
export async function spin(): Promise<void> {
  for (;;) Math.random()
}

/** Yields, and then never again: the second part runs when a condition or a timer lets it. */
export async function spinLater(): Promise<void> {
  await sleep(1)
  for (;;) Math.random()
}

export async function greet(name: string): Promise<string> {
  await sleep(1)
  return `hello ${name}`
}

export async function fail(): Promise<void> {
  await sleep(1)
  throw ApplicationFailure.nonRetryable('on purpose')
}
