/** Files: blobs, chunks, their tree, and what a message says of them (spec §15). */
export * from './attachment.ts'
export { attachmentValue, readAttachment } from './attachmentCodec.ts'
export type * from './blob.ts'
export { blobIdOf } from './blobId.ts'
export * from './blobSource.ts'
export * from './chunkCipher.ts'
export * from './chunkKey.ts'
export * from './chunkShape.ts'
export * from './folderEntry.ts'
export type { FileModes, FolderModes } from './fileModes.ts'
export { FolderIndexReader, encodeFolderIndex, type IndexedEntry } from './folderIndex.ts'
export type { FileNames } from './fileRefs.ts'
export { checkFileName, isFileName } from './names.ts'
export { cutToFit, safeName, splitExtension } from './safeName.ts'
export { SafeNames } from './safeNames.ts'
export {
  BLOB_ID_BYTES,
  BLOB_SECRET_BYTES,
  CHUNK_BYTES,
  CHUNK_TAG_BYTES,
  MAX_ATTACHMENTS,
  MAX_BLOB_BYTES,
  MAX_FILE_NAME_BYTES,
  MAX_FOLDER_ENTRIES,
  MAX_INDEX_BYTES,
  MAX_PATH_NAMES,
  MAX_PREVIEW_BYTES,
  PAGE_HASHES,
  SEALED_CHUNK_BYTES,
} from './spec.ts'
export * from './transfer/index.ts'
export * from './tree.ts'
