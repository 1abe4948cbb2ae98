import { argv } from 'node:process'
import { lockFolder } from '../../store/engines/folder-lock.ts'

// Holds the lock of the folder in its first argument until it is killed; says so, or why it could not.
try {
  await lockFolder(argv[2] ?? '')
  console.log('locked')
  setInterval(() => {}, 60_000)
} catch (error) {
  console.log(error instanceof Error ? error.message : error)
}
