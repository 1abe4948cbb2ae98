import { type Browser, chromium } from 'playwright-core'
import { CHROMIUM_ADVICE, findChromium } from '../../tools/chromium.ts'

/** It runs as root in a container, and is to reach nothing but the page under test. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A busy machine starts slowly. */
const LAUNCH_TIMEOUT_MS = 120_000

/** Starts the Chromium of this machine. @throws Error that says how to install it when there is none */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error(CHROMIUM_ADVICE)
  return chromium.launch({ executablePath, args: FLAGS, timeout: LAUNCH_TIMEOUT_MS })
}
