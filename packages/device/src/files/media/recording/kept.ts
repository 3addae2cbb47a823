/** What is content of a recording and not about it: names of what is played, and who plays it. */

/**
 * Fields by their names in Vorbis comments, Matroska and free fields of others (in capitals, as they are compared). Of Vorbis: "Ogg Vorbis I format
 * specification: comment field"; of Matroska: RFC 9559 §5.1.8 and the list of tags beside it.
 */
const FIELDS: ReadonlySet<string> = new Set([
  ...['VERSION', 'ALBUM', 'ARTIST', 'ARTISTS', 'ALBUMARTIST', 'ALBUM_ARTIST', 'ALBUM ARTIST'],
  ...['ARTISTSORT', 'ALBUMSORT', 'ALBUMARTISTSORT', 'COMPOSERSORT', 'SORT_WITH'],
  ...[
    'COMPOSER',
    'LYRICIST',
    'WRITER',
    'ARRANGER',
    'CONDUCTOR',
    'PERFORMER',
    'LEAD_PERFORMER',
    'ACCOMPANIMENT',
  ],
  ...['DIRECTOR', 'ACTOR', 'CHARACTER', 'REMIXER', 'REMIXED_BY', 'LABEL', 'PUBLISHER', 'ORGANIZATION'],
  ...['TRACKNUMBER', 'TRACKTOTAL', 'TOTALTRACKS', 'TRACK', 'DISCNUMBER', 'DISCTOTAL', 'TOTALDISCS', 'DISC'],
  ...['PART_NUMBER', 'TOTAL_PARTS', 'PART_OFFSET', 'PART', 'SEASON', 'EPISODE', 'SHOW', 'COLLECTION'],
  ...[
    'MOVEMENT',
    'MOVEMENTNAME',
    'MOVEMENTTOTAL',
    'WORK',
    'OPUS',
    'GENRE',
    'MOOD',
    'BPM',
    'INITIAL_KEY',
    'KEY',
  ],
  ...['LYRICS', 'UNSYNCEDLYRICS', 'SYNCEDLYRICS', 'LANGUAGE', 'ISRC', 'BARCODE', 'COPYRIGHT', 'LICENSE'],
  ...['DATE_RELEASED', 'ORIGINALDATE', 'ORIGINALYEAR', 'COMPILATION', 'METADATA_BLOCK_PICTURE'],
  // How it is to be played, and how much of it there is.
  ...['WAVEFORMATEXTENSIBLE_CHANNEL_MASK', 'ITUNSMPB', 'ITUNNORM', 'DURATION', 'BPS'],
  ...['NUMBER_OF_FRAMES', 'NUMBER_OF_BYTES', '_STATISTICS_TAGS'],
])
const FAMILIES = ['REPLAYGAIN_', 'R128_', 'CHAPTER']
/** Days on which it was published, or recorded. */
const DATES: ReadonlySet<string> = new Set(['DATE', 'YEAR'])

/** What music has, and a recording of one’s own has not. */
const MUSICAL: ReadonlySet<string> = new Set(['ARTIST', 'ALBUM', 'ALBUMARTIST', 'ALBUM_ARTIST', 'PERFORMER'])
/** How recorders call what they record: by the street, some of them. */
const NAMES: ReadonlySet<string> = new Set(['TITLE', 'SUBTITLE', 'TITLESORT'])

/** Music is told by its artist or album; a film may have a title that somebody gave it; all other sound was recorded by whoever has it. */
export type Content = 'music' | 'film' | 'sound'

/** @param fields of one recording, in any letters @param isFilm whether anything is seen in it */
export function contentOf(fields: Iterable<string>, isFilm: boolean): Content {
  if ([...fields].some((field) => MUSICAL.has(field.toUpperCase()))) return 'music'
  return isFilm ? 'film' : 'sound'
}

/**
 * Whether a field stays. Days stay of music alone, of which they are those of publishing.
 * @param name in any letters; of Matroska, what stands behind a `-` is a language
 */
export function isKept(name: string, of: Content): boolean {
  const field = name.toUpperCase()
  const plain = field.split('-', 1)[0] ?? ''
  if (DATES.has(plain)) return of === 'music'
  if (NAMES.has(plain)) return of !== 'sound'
  return FIELDS.has(field) || FIELDS.has(plain) || FAMILIES.some((family) => field.startsWith(family))
}
