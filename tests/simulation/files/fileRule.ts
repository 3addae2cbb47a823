/** Each invariant of a simulation of files, by the name under which a violation of it is told. */
export const FILE_RULE = {
  nothingWrong: 'nothing-wrong',
  comesToAll: 'comes-to-all',
  acknowledgedKept: 'acknowledged-kept',
  completeTrue: 'complete-true',
  noneAfterwards: 'none-afterwards',
  goneIsGone: 'gone-is-gone',
  noFalseAccusation: 'no-false-accusation',
  noSurprise: 'no-surprise',
  comesToRest: 'comes-to-rest',
} as const
