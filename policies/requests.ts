import type { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { checkConfig } from "./config";

/** Changes to the engine's requests on their way into @pulumi/policy, which has no hook for them. */
type Service = typeof AnalyzerService;

/**
 * Makes the pack refuse a configuration file with an unknown name, before any rule runs. @pulumi/policy shows a policy only
 * its own entry, so this checks the whole file on its way in. An error here goes back to the engine as the answer.
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
 * Converts the properties of a request once. @pulumi/policy converts and copies them for each policy. With thousands of
 * people that is most of the pack's time.
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
