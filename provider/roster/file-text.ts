/** What is wrong with a file, and where. */
export interface FileProblem {
  /** From 1; undefined: it is about the file as a whole. */
  line?: number | undefined;
  /** A column of a CSV file, a field of a YAML one. */
  column?: string | undefined;
  message: string;
}

/** The sentence for people: `members.csv, line 12, column role: must be one of …`. */
export function formatProblem(file: string, { line, column, message }: FileProblem): string {
  const where = [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ];
  return where.length === 0 ? `${file}, ${message}` : `${[file, ...where].join(", ")}: ${message}`;
}

const SAVE = 'save it as UTF-8, in Excel as "CSV UTF-8"';
/** `>` of Windows PowerShell writes UTF-16. */
const SAVE_OUTPUT = "save it as UTF-8, in PowerShell with `| Out-File -Encoding utf8`";

/**
 * Pure: the text of a file in UTF-8, with its byte order mark if it has one, or what is wrong with its bytes.
 * Any other encoding is refused: read as UTF-8 it would turn names into other names.
 * @param from what wrote the file, for what to do about it
 */
export function fileText(
  bytes: Uint8Array,
  from: "a spreadsheet" | "a program" = "a spreadsheet",
): { text: string } | { problem: FileProblem } {
  const save = from === "a program" ? SAVE_OUTPUT : SAVE;
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04])) {
    const message = `it is a workbook or another archive, not a text; save it as CSV, in Excel as "CSV UTF-8"`;
    return { problem: { line: 1, message } };
  }
  if (isUtf16(bytes)) return { problem: { line: 1, message: `it is UTF-16; ${save}` } };
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    const message = "it has a byte 0x00, which no text has; remove it";
    return { problem: { line: lineAt(bytes, nul), message } };
  }
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const at = firstBadByte(bytes);
    return { problem: { line: lineAt(bytes, at), message: notUtf8(bytes, at, save) } };
  }
}

function notUtf8(bytes: Uint8Array, at: number, save: string): string {
  const byte = bytes[at] ?? 0;
  const met = `it is not UTF-8 (byte 0x${byte.toString(16).toUpperCase()})`;
  // A text of Windows-1252 that happens to be UTF-8 somewhere is rare: such a file was put together of two.
  if (bytes.subarray(0, at).some((each) => each >= 0x80)) {
    return `${met}, though what stands before it is; type it again and ${save}`;
  }
  if (!isWindows1252(bytes)) return `${met} but an older encoding; ${save}`;
  const meant = new TextDecoder("windows-1252").decode(Uint8Array.of(byte));
  return `${met}, likely Windows-1252, where this is "${meant}"; ${save}`;
}

/** Letters beyond ASCII stand alone in western names; in Cyrillic, Greek, Japanese and others they follow each other. */
function isWindows1252(bytes: Uint8Array): boolean {
  let beyond = 0;
  let following = 0;
  for (const [index, byte] of bytes.entries()) {
    if (byte < 0x80) continue;
    if ([0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte)) return false;
    beyond += 1;
    if ((bytes[index - 1] ?? 0) >= 0x80) following += 1;
  }
  return following * 3 < beyond;
}

/** With a byte order mark, or where every other byte is zero as in a text of mostly ASCII letters. */
function isUtf16(bytes: Uint8Array): boolean {
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) return true;
  const zeros = [0, 0];
  for (const [index, byte] of bytes.entries()) {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  }
  const [even = 0, odd = 0] = zeros;
  return Math.max(even, odd) * 4 > bytes.length && Math.min(even, odd) * 10 < Math.max(even, odd);
}

const REPLACEMENT = [0xef, 0xbf, 0xbd];

function firstBadByte(bytes: Uint8Array): number {
  const decoded = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let at = 0;
  for (const [index, part] of decoded.split("\uFFFD").entries()) {
    // What was decoded to a replacement character and is one in the file is no mistake.
    if (index > 0 && startsWith(bytes.subarray(at), REPLACEMENT)) at += REPLACEMENT.length;
    else if (index > 0) return at;
    at += encoder.encode(part).length;
  }
  return at;
}

function lineAt(bytes: Uint8Array, at: number): number {
  return Buffer.from(bytes.subarray(0, at))
    .toString("latin1")
    .split(/\r\n|\n|\r/).length;
}

function startsWith(bytes: Uint8Array, wanted: number[]): boolean {
  return wanted.every((byte, index) => bytes[index] === byte);
}
