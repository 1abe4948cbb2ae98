import { fileURLToPath } from 'node:url'

/**
 * Generated from `schema.ts`, never written by hand:
 * `drizzle-kit generate --dialect postgresql --schema store/schema.ts --out store/migrations --name <change>`
 */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url))
