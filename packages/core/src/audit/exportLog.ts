/** The export of an audit log: JSON lines that anyone can check without the vault (spec §14.6). */
import { concat, u32, u64, utf8 } from '../bytes.ts'
import { LABEL, labelled } from '../crypto/labels.ts'
import { Fault, IntegrityFault, PeerFault } from '../fault.ts'
import type { Primitives, SigningKey } from '../ports/primitives.ts'
import type { AuditLog } from './auditLog.ts'
import { ChainCheck, type AuditVerified } from './chainCheck.ts'
import { auditDamaged } from './damage.ts'
import { AUDIT_EVENTS } from './event.ts'
import type { NotedHead } from './noted.ts'
import { auditDigest, decodeAuditRecord, type AuditHead } from './record.ts'
import { AUDIT_HASH_BYTES, AUDIT_LINE_MAX_LENGTH } from './spec.ts'

const FORMAT = 'triode-audit'
const VERSION = 1

export interface AuditExportOptions {
  readonly key: SigningKey
  readonly now: number
  /** Only what concerns this circle or none: of the other records, hashes. */
  readonly circle?: string
}

export interface AuditExportVerified extends AuditVerified {
  /** SPKI DER of the key that signed it. */
  readonly key: Uint8Array
  readonly made: number
  readonly circle: string | undefined
}

/** The lines of an export, without line ends. @throws IntegrityFault 'audit-damaged' */
export function* exportAuditLog(log: AuditLog, options: AuditExportOptions): Generator<string, void> {
  const { head, base } = log.mustState()
  const header = headerLine(options, base)
  yield header
  for (let seq = base.seq + 1; seq <= head.seq; seq++) {
    const { bytes } = log.stored(seq) ?? {}
    if (bytes === undefined) throw auditDamaged(seq, 'record-missing')
    const { circle } = log.read(seq).entry as { circle?: string }
    const isOthers = options.circle !== undefined && circle !== undefined && circle !== options.circle
    yield isOthers ? redactedLine(seq, auditDigest(log.sha256, bytes)) : recordLine(bytes)
  }
  yield footLine(head, options.key.sign(statement(header, head)))
}

/** Takes an export line by line. Total: whatever is given, it ends in a result or a fault. */
export class AuditExportCheck {
  private readonly primitives: Primitives
  private readonly noted: NotedHead | undefined
  private header: Header | undefined
  private check: ChainCheck | undefined
  private result: AuditExportVerified | undefined

  constructor(primitives: Primitives, noted?: NotedHead) {
    this.primitives = primitives
    this.noted = noted
  }

  /** @throws IntegrityFault 'audit-damaged' */
  line(text: string): void {
    const seq = this.check?.nextSeq ?? 0
    try {
      if (this.result !== undefined || text.length > AUDIT_LINE_MAX_LENGTH) throw new PeerFault('malformed')
      this.take(text)
    } catch (cause) {
      if (cause instanceof IntegrityFault) throw cause
      if (cause instanceof Fault) throw auditDamaged(seq, 'line-malformed', cause)
      throw cause
    }
  }

  /** @throws IntegrityFault 'audit-damaged' */
  end(): AuditExportVerified {
    if (this.result === undefined) throw auditDamaged(this.check?.nextSeq ?? 0, 'file-cut')
    return this.result
  }

  private take(text: string): void {
    const value = parse(text)
    const { header, check } = this
    if (header === undefined || check === undefined) this.begin(text, value)
    else if (value['record'] !== undefined) takeRecord(check, text, value, header.circle)
    else if (value['redacted'] !== undefined) takeRedacted(check, text, value)
    else this.finish(check, header, text, value)
  }

  private begin(text: string, value: Json): void {
    const header = readHeader(text, value)
    this.header = header
    this.check = new ChainCheck(this.primitives, header.base, this.noted)
  }

  private finish(check: ChainCheck, header: Header, text: string, value: Json): void {
    const head = readHead(value['head'])
    const signature = hex(value['signature'])
    if (footLine(head, signature) !== text) throw new PeerFault('malformed')
    const verified = check.end(head)
    const { key, made, circle } = header
    const verifier = this.primitives.signature('ed25519').verifier(key)
    if (!verifier.verify(statement(header.line, head), signature))
      throw auditDamaged(head.seq, 'signature-invalid')
    this.result = { ...verified, key, made, circle }
  }
}

type Json = Readonly<Record<string, unknown>>

interface Header {
  readonly line: string
  readonly key: Uint8Array
  readonly made: number
  readonly base: AuditHead
  readonly circle: string | undefined
}

function headerLine({ key, now, circle }: AuditExportOptions, base: AuditHead): string {
  return headerText({ key: key.publicKey, made: Math.max(0, Math.floor(now)), base, circle })
}

function headerText({ key, made, base, circle }: Omit<Header, 'line'>): string {
  const fixed = { format: FORMAT, version: VERSION, made, key: key.toHex(), base: headJson(base) }
  return JSON.stringify(circle === undefined ? fixed : { ...fixed, circle })
}

function recordLine(bytes: Uint8Array): string {
  const { seq, at, entry } = decodeAuditRecord(bytes)
  const { event, ...fields } = entry
  const { outcome } = AUDIT_EVENTS[event]
  return JSON.stringify({ seq, at, event, outcome, ...fields, record: bytes.toHex() })
}

function redactedLine(seq: number, digest: Uint8Array): string {
  return JSON.stringify({ seq, redacted: digest.toHex() })
}

function footLine(head: AuditHead, signature: Uint8Array): string {
  return JSON.stringify({ head: headJson(head), signature: signature.toHex() })
}

function headJson({ seq, hash }: AuditHead): { seq: number; hash: string } {
  return { seq, hash: hash.toHex() }
}

/** What is signed: the header, and the head of the chain, on which every record hangs. */
function statement(header: string, head: AuditHead): Uint8Array {
  const line = utf8(header)
  return labelled(LABEL.auditExport, concat(u32(line.length), line, u64(head.seq), head.hash))
}

/** What a record says must stand beside it exactly: else people would read one thing and check another. */
function takeRecord(check: ChainCheck, text: string, value: Json, circle: string | undefined): void {
  const bytes = hex(value['record'])
  const { entry } = check.record(bytes)
  if (recordLine(bytes) !== text) throw new PeerFault('malformed')
  const of = (entry as { circle?: string }).circle
  if (circle !== undefined && of !== undefined && of !== circle) throw new PeerFault('malformed')
}

function takeRedacted(check: ChainCheck, text: string, value: Json): void {
  const digest = hex(value['redacted'])
  if (digest.length !== AUDIT_HASH_BYTES || redactedLine(check.nextSeq, digest) !== text)
    throw new PeerFault('malformed')
  check.digest(digest)
}

function readHeader(line: string, value: Json): Header {
  const { made, circle } = value
  if (typeof made !== 'number' || !Number.isSafeInteger(made) || made < 0) throw new PeerFault('malformed')
  if (circle !== undefined && typeof circle !== 'string') throw new PeerFault('malformed')
  const header = { key: hex(value['key']), made, base: readHead(value['base']), circle }
  if (headerText(header) !== line) throw new PeerFault('malformed')
  return { line, ...header }
}

function readHead(value: unknown): AuditHead {
  const { seq, hash } = object(value)
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 0) throw new PeerFault('malformed')
  const bytes = hex(hash)
  if (bytes.length !== AUDIT_HASH_BYTES) throw new PeerFault('malformed')
  return { seq, hash: bytes }
}

function parse(text: string): Json {
  try {
    return object(JSON.parse(text))
  } catch (cause) {
    throw new PeerFault('malformed', { cause })
  }
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new PeerFault('malformed')
  return value as Json
}

function hex(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^([0-9a-f]{2})*$/.test(value)) throw new PeerFault('malformed')
  return Uint8Array.fromHex(value)
}
