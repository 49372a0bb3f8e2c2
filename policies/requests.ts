import type { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { checkConfig } from "./config";

/** What is done to the engine's requests on their way into @pulumi/policy, which offers no place for it. */
type Service = typeof AnalyzerService;

/**
 * Makes the pack refuse a configuration file with a name that is not there, before anything is judged.
 * @pulumi/policy shows a policy its own entry alone, so the whole is looked at on its way in. What it
 * throws while reading the request goes back to the engine as the answer.
 */
export function refuseUnknownConfig({ configure }: Service): void {
  const deserialize = configure.requestDeserialize;
  configure.requestDeserialize = (bytes) => {
    const request = deserialize(bytes);
    const config = request.getPolicyconfigMap();
    request.getPolicyconfigMap = () => {
      const settings = [...config.entries()].map(([name, entry]) => [
        name,
        entry.getProperties()?.toJavaScript() ?? {},
      ]);
      checkConfig(Object.fromEntries(settings));
      return config;
    };
    return request;
  };
}

interface Converting {
  toJavaScript(): unknown;
}

/**
 * Converts the properties of a request once. @pulumi/policy does it for each policy, and copies what it gets: of a
 * workspace with thousands of people that is most of the pack's time.
 */
export function convertOnce({ analyze, analyzeStack, remediate }: Service): void {
  for (const method of [analyze, remediate]) {
    const deserialize = method.requestDeserialize;
    method.requestDeserialize = (bytes) => {
      const request = deserialize(bytes);
      remember(request.getProperties());
      return request;
    };
  }
  const deserialize = analyzeStack.requestDeserialize;
  analyzeStack.requestDeserialize = (bytes) => {
    const request = deserialize(bytes);
    for (const resource of request.getResourcesList()) remember(resource.getProperties());
    return request;
  };
}

function remember(properties: Converting | undefined): void {
  if (properties === undefined) return;
  const convert = properties.toJavaScript.bind(properties);
  let converted: unknown;
  properties.toJavaScript = () => {
    converted ??= convert();
    return converted;
  };
}
