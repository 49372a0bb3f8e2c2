import { type ClientOptions, Exchange } from "./exchange";
import { Reader, type ScimReader } from "./reader";
import { type ScimWriter, Writer } from "./writer";

export type { ScimReader, ScimWriter };

/** A client whose transport lets nothing but GET through. */
export function createReader(options: ClientOptions): ScimReader {
  return new Reader(new Exchange(options, ["GET"]));
}

/** A client that reads and writes. */
export function createWriter(options: ClientOptions): ScimWriter {
  return new Writer(new Exchange(options));
}
