export { ensureTemporalCli } from './temporal/ensure-cli.ts'
export { startTemporalServer, type TemporalServer } from './temporal/start-server.ts'
