import { z } from 'zod'

const openCallSchema = z.readonly(
  z.object({
    workflowId: z.string(),
    runId: z.string(),
    /** Unique within the run. */
    activityId: z.string(),
    /** For people; empty when it cannot be told. */
    attemptId: z.string(),
  }),
)

/** One `callModel` activity that is under way: what Temporal knows it by, and the attempt that it makes. */
export type OpenCall = z.infer<typeof openCallSchema>

const workerReportSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('serving-began') }),
  z.object({ type: z.literal('call-began'), call: openCallSchema }),
  z.object({ type: z.literal('call-ended'), call: openCallSchema }),
])

/** What a supervised worker process tells its supervisor. */
export type WorkerReport = Readonly<z.infer<typeof workerReportSchema>>

/** Tells a supervisor. Never throws: a call is not to suffer from it. */
export type ReportToSupervisor = (report: WorkerReport) => void

/** For a process without a supervisor. */
export const reportToNobody: ReportToSupervisor = () => {}

/** Reads a message of a worker process, in the order in which it reported; empty when it holds no reports. */
export function parseWorkerReports(message: unknown): readonly WorkerReport[] {
  return z.array(workerReportSchema).safeParse(message).data ?? []
}
