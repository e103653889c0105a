/** When everything of a fleet was made. */
export const CREATED_AT = "2024-01-01T00:00:00.000Z";
