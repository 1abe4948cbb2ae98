/** Whose work it is when nobody says; the workflows have the same default. */
export const DEFAULT_TENANT = 'default'
