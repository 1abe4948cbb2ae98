import type { Page } from 'playwright-core'
import { createWorkflowPage, type WorkflowPage } from './workflow-page.ts'

/** What the start page of the Temporal UI is filled with. */
export interface WorkflowStart {
  readonly workflowId: string
  readonly taskQueue: string
  readonly workflowType: string
  /** The one JSON payload that the UI sends. */
  readonly input: object
}

/** A web UI under load answers late. */
const PATIENCE_MS = 90_000

/** Starts a workflow on the start page, as a person would, and goes on to the details of the workflow. */
export async function startInUi(page: Page, uiUrl: string, start: WorkflowStart): Promise<WorkflowPage> {
  const { input, ...prefilled } = start
  page.setDefaultTimeout(PATIENCE_MS)
  const query = new URLSearchParams({ ...prefilled }).toString()
  await page.goto(`${uiUrl}/namespaces/default/workflows/start-workflow?${query}`, {
    waitUntil: 'domcontentloaded',
  })
  // What it looks up for these fields replaces what is typed before it has come.
  await page.getByText('Task Queue is Active').waitFor()
  const data = page.getByRole('textbox', { name: 'Data' })
  await data.fill(JSON.stringify(input))
  // Leaving the field formats it, which moves the button below.
  await data.blur()
  await page.getByRole('main').getByRole('button', { name: 'Start Workflow' }).click()
  await page.getByRole('link', { name: 'Workflow started successfully' }).click()
  await page.getByRole('tab', { name: 'User Metadata' }).click()
  // A page that is loaded anew before its address has changed would come back on the tab before.
  await page.waitForURL(/\/user-metadata$/, { waitUntil: 'commit' })
  return createWorkflowPage(page)
}
