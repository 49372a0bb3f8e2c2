import { flushCompileCache } from "node:module";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ProviderProcess } from "../../lifecycle/process";
import { providers } from "../../lifecycle/providers";
import { CHANNEL } from "./channel";
import { Declarations } from "./declarations";
import { EngineLog } from "./engine-log";
import { settingTexts } from "./provider-settings";
import { service } from "./service";
import { SERVICE } from "./wire/bags";

/**
 * Serves the plugin of one provider: a process and a token each.
 * @param engine the address of the engine's own service
 * @returns the port
 */
export async function servePlugin(engine: string | undefined): Promise<number> {
  const log = new EngineLog(engine);
  const process = new ProviderProcess({ tell: log.tell });
  // In most languages nothing tells what the whole program declares.
  process.registry.arrivals.expect("uncounted");
  const server = new Server(CHANNEL);
  server.addService(
    SERVICE,
    service({
      log,
      lifecycles: providers(process),
      declarations: new Declarations(),
      refuse: () => {
        process.registry.isRefused = true;
      },
      redact: (sentence) => process.registry.redactor.scrub(sentence),
      configure: (inputs, name) => process.configure(settingsOf(inputs, name)),
      cancel: () => {
        process.cancel();
        // The engine ends a plugin by force, and Node would keep nothing of what it compiled.
        flushCompileCache();
      },
    }),
  );
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}

/** The engine makes a provider of this name itself, from the stack's configuration, where the program has none. */
const DEFAULT_PROVIDER = /^(default.*)?$/;

/** Where the settings come from: a provider in the program says of itself what counts, before the environment. */
function settingsOf(inputs: Record<string, unknown>, name: string) {
  const texts = settingTexts(inputs);
  return {
    config: (key: string) => texts[key.replace(/^notion:/, "")],
    ...(!DEFAULT_PROVIDER.test(name) && { provider: name }),
  };
}
