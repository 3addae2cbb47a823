/** What the bundler turns into a file of its own. */
declare module '*.css'
