import type { FrameLocator, Locator, Page } from 'playwright-core'

/** The page of one workflow in the Temporal UI. A look at the current details may fail, and is to be repeated. */
export interface WorkflowPage {
  /** The cells of each row of the first table in the current details whose first column is named so. */
  table(firstColumn: string): Promise<readonly (readonly string[])[]>
  /** The current details as they stand, all text together. */
  details(): Promise<string>
  /** Sends one update from the modal, and waits until it is taken. */
  sendUpdate(name: string, input: object): Promise<void>
  /** Sends one that is refused. Returns what the modal says, and closes it. */
  sendRefusedUpdate(name: string, input: object): Promise<string>
  /** What the modal lists: names with their descriptions. */
  offeredUpdates(): Promise<readonly string[]>
  /** `Running`, `Completed`, …, in whatever case the page shows it. */
  status(): Promise<string>
}

const MODAL = 'Send an Update'

const LOOK_TIMEOUT_MS = 15_000

/** Drives the page that `page` shows. */
export function createWorkflowPage(page: Page): WorkflowPage {
  // The UI renders Markdown that people wrote in a frame of its own.
  const frame = (): FrameLocator => page.frameLocator('main iframe')
  // What asks for it may come too early, and is not repeated by the page: then the next look has to reload.
  const refresh = async (): Promise<void> => {
    await page.reload({ waitUntil: 'domcontentloaded' })
    await frame().getByRole('table').first().waitFor({ timeout: LOOK_TIMEOUT_MS })
  }
  const modal = (): Locator => page.getByRole('dialog', { name: MODAL })
  const fillModal = async (name: string, input: object): Promise<void> => {
    await openModal(page)
    await modal()
      .getByRole('option', { name: new RegExp(`^${name} `) })
      .click()
    const data = modal().getByRole('textbox', { name: 'Data' })
    await data.fill(JSON.stringify(input))
    // Leaving the field formats it, which moves the button below.
    await data.blur()
    await modal().getByRole('button', { name: 'Submit' }).click()
  }
  return {
    table: async (firstColumn) => {
      await refresh()
      // Of the page: what a filter looks for must not name the frame once more.
      const heading = page.getByRole('columnheader', { name: firstColumn, exact: true })
      const table = frame().getByRole('table').filter({ has: heading }).first()
      // In one look, because the frame is made anew with every refresh.
      const [, ...rows] = await table.getByRole('row').allInnerTexts()
      return rows.map((row) => row.split('\t').map((cell) => cell.trim()))
    },
    details: async () => {
      await refresh()
      return frame().locator('body').innerText({ timeout: LOOK_TIMEOUT_MS })
    },
    sendUpdate: async (name, input) => {
      await fillModal(name, input)
      await modal().waitFor({ state: 'hidden' })
    },
    sendRefusedUpdate: async (name, input) => {
      await fillModal(name, input)
      const text = await modal().getByRole('alert').getByRole('paragraph').innerText()
      await modal().getByRole('button', { name: 'Cancel' }).last().click()
      await modal().waitFor({ state: 'hidden' })
      return text
    },
    offeredUpdates: async () => {
      await openModal(page)
      await modal().getByRole('option').first().waitFor()
      const offered = await modal().getByRole('option').allInnerTexts()
      await page.reload({ waitUntil: 'domcontentloaded' })
      return offered
    },
    status: async () => {
      await page.reload({ waitUntil: 'domcontentloaded' })
      return page.getByRole('main').getByRole('status').first().innerText()
    },
  }
}

async function openModal(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More Actions' }).click()
  await page.getByRole('menuitem', { name: MODAL }).click()
  await page.getByRole('dialog', { name: MODAL }).getByRole('button', { name: 'Select an Update' }).click()
}
