import { argv } from 'node:process'
import { openDatabase } from '../../store/database.ts'
import { createLedger } from '../../store/ledger/sql-ledger.ts'
import { admission, completion } from './records.ts'

// Admits and settles in the folder of its first argument until it is killed, and prints each acknowledged line:
// `admitted <operation>`, then `settled <operation>`. The second argument keeps rounds apart.
const database = await openDatabase({ dataDir: argv[2] ?? '' })
const ledger = createLedger(database)
for (let number = 0; ; number++) {
  const record = admission(`${argv[3]}/${number}`)
  await ledger.admit([record])
  console.log(`admitted ${record.operation.operationId}`)
  await ledger.settle([completion(record.attempt.attemptId)])
  console.log(`settled ${record.operation.operationId}`)
}
