import type { Secret } from "../secret";
import type { RemovalForm } from "./group-messages";
import { type ClientOptions, HttpClient } from "./http-client";
import { Reader, type ScimReader } from "./reader";
import { type ScimWriter, Writer } from "./writer";

export type { ScimReader, ScimWriter };

/** A client whose transport lets nothing but GET through. */
export function createReader(options: ClientOptions): ScimReader {
  return redacting(new Reader(new HttpClient(quiet(options), ["GET"])), options.token);
}

export interface WriterOptions extends ClientOptions {
  /** The only form in which people are taken out of groups. Default: whichever is seen to work. */
  groupRemoval?: RemovalForm | undefined;
}

/** A client that reads and writes. */
export function createWriter({ groupRemoval, ...options }: WriterOptions): ScimWriter {
  return redacting(new Writer(new HttpClient(quiet(options)), groupRemoval), options.token);
}

/** A server may repeat the token in what it says: no line holds it. */
function quiet({ log, ...options }: ClientOptions): ClientOptions {
  if (log === undefined) return options;
  return { ...options, log: (line) => log(options.token.scrub(line)) };
}

/** No error of the client holds the token either. The client's answers are data and stay as they are. */
function redacting<T extends object>(client: T, token: Secret): T {
  return new Proxy(client, {
    get: (target, key) => {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      return async (...args: unknown[]) => {
        try {
          return await member.apply(target, args);
        } catch (error) {
          token.scrubError(error);
          throw error;
        }
      };
    },
  });
}
