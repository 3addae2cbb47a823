/** What every face of a device knows: the schema and the client. Runs in a browser too. */
export * from './client/index.ts'
export * from './schema/index.ts'
