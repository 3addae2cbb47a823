/** One copy to make. */
export interface Copy {
  readonly source: string
  /** An empty folder: the copy is to be `name` in it. */
  readonly target: string
  readonly name: string
  /** An empty folder for whatever else is written. */
  readonly work: string
}
