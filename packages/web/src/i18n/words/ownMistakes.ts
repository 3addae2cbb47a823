/** Codes that nothing a person does from the page leads to: in each language all are told in the same words. */

const OWN_MISTAKES = [
  'kind-unknown',
  'no-such-path',
  'no-such-method',
  'no-session',
  'body-not-json',
  'body-is-form',
  'acceptor-cannot-open',
  'attachment-invalid',
  'base32-malformed',
  'channel-started',
  'chunk-misplaced',
  'entry-malformed',
  'folder-invalid',
  'knock-malformed',
  'media-type-invalid',
  'name-malformed',
  'path-malformed',
  'range-wrong',
  'service-malformed',
  'too-many-names',
] as const
type OwnMistake = (typeof OWN_MISTAKES)[number]

export function ownMistakes<Words>(words: Words): Readonly<Record<OwnMistake, Words>> {
  return Object.fromEntries(OWN_MISTAKES.map((code) => [code, words])) as Record<OwnMistake, Words>
}
