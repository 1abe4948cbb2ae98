/** What the command line must know before, or without, starting a dev system: the light half of `dev.ts`. */
export { environmentCatalog } from './catalog/environment-catalog.ts'
export { loadCatalog } from './catalog/load-catalog.ts'
export { loadConfig } from './config.ts'
export { type DevFacts, readDevFile } from './process/dev-file.ts'
