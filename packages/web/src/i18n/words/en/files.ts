/** Of files and folders: by the code of the fault, what happened and what to do. */

const FETCH_AGAIN = 'Get it again while somebody has it.'

export const FILES = {
  'file-absent': [
    '{of, select, unnamed {That file can’t be read.} other {There is no file {path}.}}',
    'Look at its name and place.',
  ],
  'file-forbidden': [
    '{of, select, own_home {{path} is where this device keeps its vault: it is not sent.} other {{path} can’t be read.}}',
    '{of, select, own_home {To take it elsewhere, make a backup, and send that from another folder.} other {See who may read it, or send a copy.}}',
  ],
  'file-changed': [
    '{of, select, short {Less of the file came than was said.} gone {What was here of the same content was deleted meanwhile.} other {{path} changed while it was being sent.}}',
    'Send it again when nothing writes to it, or send a copy.',
  ],
  'file-unreadable': ['{path} can’t be read ({code}).', 'Look at its disk, or send a copy.'],
  'file-too-large': [
    '{of, select, unsized {Of what does not say how long it is no more than {most, number} GiB are taken.} other {The files are larger than 256 TiB together.}}',
    '{of, select, unsized {Write it into a file, and send that.} other {Send fewer at a time.}}',
  ],
  'file-name-invalid': [
    'The name of a file has 1 to {most, number} bytes, composed Unicode, and no slash.',
    'Rename the file.',
  ],
  'file-name-too-long': [
    'The name of {path} has more than {most, number} bytes as it is sent.',
    'Rename it, or send it in an archive.',
  ],
  'not-a-file': [
    '{of, select, relative {{path} is no full path.} untold {{path} does not say how much it holds.} other {{path} is neither a file nor a folder.}}',
    '{of, select, relative {Say where it lies, from the root on.} other {Copy what it holds into a file, and send that.}}',
  ],
  'not-a-folder': ['That is a file, not a folder.', 'Get it as it is.'],
  'nothing-to-send': ['There is nothing to send.', 'Choose a file or a folder.'],
  'too-many-files': [
    '{of, select, deep {A folder holds more than {most, number} folders in one another.} many {These are more than {most, number} files.} message {A message holds at most {most, number} files, fewer with long names or beside a long text.} other {These are too many files.}}',
    'Put them into a folder, send them in several messages, or as an archive.',
  ],
  'too-many-uploads': [
    'There are {most, number} files here that no message names yet.',
    'Send some of them, or take them away.',
  ],
  'upload-gone': [
    'The device no longer has these files: they were sent or taken away, or waited for too long.',
    'Choose them again.',
  ],
  'file-not-here': ['{name} is not wholly on this device, so it can’t be sent on.', 'Get it first.'],
  'over-quota': [
    '{name} is larger than all files together may be here, so it would not stay.',
    'Pin it, save it, or allow more in the settings.',
  ],
  'not-here-yet': [
    'What the folder holds is not known here yet.',
    'Try again once its sender can be reached.',
  ],
  'file-gone': [
    'The file is gone: its message was deleted or has expired, or it was dropped here.',
    'If its message is still there, get it again.',
  ],
  'blob-gone': ['The file was deleted on this device.', FETCH_AGAIN],
  'file-exists': [
    '{of, select, unnamed {There is a file of that name already.} other {There is something called {path} already.}}',
    'Choose another name.',
  ],
  'file-refused': [
    '{of, select, no_folder {There is no folder {path}.} unnamed {That file can’t be written.} forbidden {{path} can’t be written: this user may not write there.} protected {{path} can’t be written: that disk is read-only.} failing {{path} can’t be written: that disk fails.} large {{path} would be larger than that disk takes files.} named {{path} can’t be written: that disk takes no such name.} other {{path} can’t be written.}}',
    '{of, select, no_folder {Make it first, or choose another.} forbidden {Choose another folder, or let this user write in that one.} protected {Choose another disk.} failing {Choose another disk, and look at that one.} large {Choose another disk: those with FAT32, as many sticks have it, take none of 4 GiB or more.} named {Choose another name, or another disk.} other {Choose another folder.}}',
  ],
  'file-damaged': [
    '{chunks, plural, one {# part of a file was damaged on the disk; it is fetched anew.} other {# parts of a file were damaged on the disk; they are fetched anew.}}',
    'Look at the disk: “Check files” in the settings reads all of them.',
  ],
  'file-mended': [
    'What this device notes of the parts of {name} was damaged or gone; it was made anew from these.',
    'Look at the disk: “Check files” in the settings reads all of them.',
  ],
  'chunk-absent': ['A part of this file is not on this device yet.', 'Wait until it has arrived.'],
  'chunk-damaged': [
    'A stored part of this file is damaged, and was not used.',
    'Get it again from another device; look at the disk.',
  ],
  'blob-damaged': [
    'What is stored under the name of this file belongs to another.',
    'Remove it from this device, then get it again.',
  ],
  'page-absent': ['This part of the file can’t be checked yet.', 'Nothing is lost; it goes on by itself.'],
  'saving-failed': ['The file could not be saved.', 'Look at the folder and its disk, then get it again.'],
  'transfer-failed': ['A file could not be gone on with now.', 'Nothing is lost; it goes on by itself.'],
} as const
