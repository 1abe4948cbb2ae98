import { type ScheduleDefinition, scheduleFile } from '../../domain/maintenance/schedules/schedule-file.ts'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import { readFile } from 'node:fs/promises'
import { readWhole } from '../../domain/reading/reader.ts'
import { messageOf } from '../../domain/message-of.ts'

/** The schedules that come with Switchyard. */
export const DEFAULT_SCHEDULES_PATH = fileURLToPath(new URL('../../schedules.yaml', import.meta.url))

/** A file of schedules cannot be used. Its message lists everything that is wrong. */
export class ScheduleFileError extends Error {
  override readonly name = 'ScheduleFileError'
}

/** Reads and checks a file of schedules. @throws ScheduleFileError */
export async function loadSchedules(path: string): Promise<readonly ScheduleDefinition[]> {
  const read = readWhole(scheduleFile, await readYaml(path))
  if (read.ok) return read.value
  throw new ScheduleFileError(`${path} cannot be used:\n  ${read.problems.join('\n  ')}`)
}

async function readYaml(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, 'utf8'))
  } catch (error) {
    const reason = messageOf(error)
    const hint = 'set SWITCHYARD_SCHEDULES to a YAML file, or to none'
    throw new ScheduleFileError(`cannot read the schedules ${path} (${reason}); ${hint}`, { cause: error })
  }
}
