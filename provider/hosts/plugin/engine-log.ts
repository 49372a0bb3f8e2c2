import { AsyncLocalStorage } from "node:async_hooks";
import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { sanitizeText } from "../../scim/sanitize";
import { CHANNEL } from "./channel";

/**
 * What the person who runs Pulumi is told. The engine hides what a native plugin prints, so each line is sent to it,
 * with the resource that it is about: that of the call in which it is said.
 */
export class EngineLog {
  readonly #client: EngineClient | undefined;
  readonly #resource = new AsyncLocalStorage<string>();
  /** Lines are sent one after another: side by side they arrive in any order. */
  #sent: Promise<void> = Promise.resolve();

  /** @param address where the engine is; undefined: lines go to stderr */
  constructor(address: string | undefined) {
    if (address !== undefined)
      this.#client = new EngineClient(address, credentials.createInsecure(), CHANNEL);
  }

  /** Tells of the resource that this is called for. */
  readonly tell = (line: string): void => {
    const urn = this.#resource.getStore() ?? "";
    this.#sent = this.#sent.then(() => this.#send(urn, line));
  };

  /** Does something for a resource; everything that is told of it has arrived when it ends, be it by an error. */
  async about<T>(urn: string, action: () => Promise<T>): Promise<T> {
    try {
      return await this.#resource.run(urn, action);
    } finally {
      await this.#sent;
    }
  }

  #send(urn: string, line: string): Promise<void> {
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setUrn(urn);
    request.setMessage(sanitizeText(line));
    return new Promise((resolve) => {
      if (this.#client === undefined) {
        process.stderr.write(`${sanitizeText(line)}\n`);
        return resolve();
      }
      // Nothing fails since it could not be told.
      this.#client.log(request, (error) => {
        if (error !== null) process.stderr.write(`${sanitizeText(line)}\n`);
        resolve();
      });
    });
  }
}
