import type { handleUnaryCall, UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  CheckFailure as CheckFailureMessage,
  type CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  GetSchemaResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { CheckFailure, ReadResult } from "../../lifecycle/resource-lifecycle";
import { propertyChanges } from "../../plan/property-changes";
import { omitProvider, type Properties } from "../../state/properties";
import { diffResponse } from "./detailed-diff";
import type { EngineLog } from "./engine-log";
import { resourceOf } from "./kinds";
import { settingProblems } from "./provider-settings";
import { type Calls, check, diff } from "./resource-calls";
import schema from "./schema.json";
import { secretPaths } from "./secrets";
import { statusOf } from "./status";
import { type Request, withBags } from "./wire/bags";
import { encoded, type Path, received } from "./wire/properties";

/** The process of the plugin, as the engine steers it. */
export interface Plugin extends Calls {
  log: EngineLog;
  /** Takes the settings of the provider. @param name of its resource in the program */
  configure(inputs: Properties, name: string): void;
  /** The run is asked to end. */
  cancel(): void;
}

/** Pulumi's ResourceProvider over one lifecycle: messages in, messages out. */
export function service(plugin: Plugin): UntypedServiceImplementation {
  const { log, lifecycles } = plugin;
  return {
    getSchema: unary(async () => {
      const response = new GetSchemaResponse();
      response.setSchema(JSON.stringify(schema));
      return response;
    }),
    getPluginInfo: unary(async () => {
      const response = new PluginInfo();
      response.setVersion(schema.version);
      return response;
    }),
    checkConfig: unary(async ({ bags }: Request<"checkConfig", CheckRequest>) => {
      const { properties, secrets } = received(bags.news);
      // A token is a secret, also where the program forgot to say so.
      return checkResponse(properties, settingProblems(properties), [["scimToken"], ...secrets]);
    }),
    diffConfig: unary(async ({ bags }: Request<"diffConfig", DiffRequest>) => {
      const [olds, news] = [received(bags.olds).properties, received(bags.news).properties];
      const details = propertyChanges(olds, news, new Set([...Object.keys(olds), ...Object.keys(news)]));
      // A provider that is replaced takes its workspace along: everybody would be removed and invited again.
      return diffResponse({ changes: details.length > 0, replaces: [], details });
    }),
    configure: unary(async (request: Request<"configure", ConfigureRequest>) => {
      plugin.configure(received(request.bags.args).properties, request.getName() ?? "");
      const response = new ConfigureResponse();
      response.setAcceptsecrets(true);
      return response;
    }),
    check: unary((request: Request<"check", CheckRequest>) =>
      log.about(request.getUrn(), async () => {
        const resource = resourceOf(request.getUrn());
        const news = received(request.bags.news);
        const { inputs = {}, failures = [] } = await check(
          plugin,
          resource,
          received(request.bags.olds),
          news,
        );
        return checkResponse(inputs, failures, [...news.secrets, ...secretPaths(inputs)]);
      }),
    ),
    diff: unary(
      (request: Request<"diff", DiffRequest>): Promise<DiffResponse> =>
        log.about(request.getUrn(), async () => {
          const [olds, news] = [received(request.bags.olds), received(request.bags.news)];
          const resource = resourceOf(request.getUrn());
          return diffResponse(
            await diff(plugin, resource, request.getId(), olds.properties, news.properties),
          );
        }),
    ),
    create: unary((request: Request<"create", CreateRequest>) =>
      log.about(request.getUrn(), async () => {
        const { kind } = resourceOf(request.getUrn());
        const response = new CreateResponse();
        if (request.getPreview()) return withBags(response, request.bags);
        const inputs = omitProvider(received(request.bags.properties).properties);
        const { id, outs } = await lifecycles[kind].create(inputs);
        response.setId(id);
        return withBags(response, { properties: encoded(outs, secretPaths(outs)) });
      }),
    ),
    read: unary((request: Request<"read", ReadRequest>) =>
      log.about(request.getUrn(), async () => {
        const { kind } = resourceOf(request.getUrn());
        const olds = omitProvider(received(request.bags.properties).properties);
        const declared = received(request.bags.inputs).properties;
        const found = await lifecycles[kind].read(request.getId(), olds);
        const { id, props = {}, inputs } = kind === "user" ? managed(found, declared) : found;
        const response = new ReadResponse();
        response.setId(id);
        if (id === "") return withBags(response, {});
        return withBags(response, {
          properties: encoded(props, secretPaths(props)),
          ...(inputs !== undefined && {
            inputs: encoded(inputs, secretPaths({ ...inputs, ...pickSecret(props) })),
          }),
        });
      }),
    ),
    update: unary((request: Request<"update", UpdateRequest>) =>
      log.about(request.getUrn(), async () => {
        const { kind } = resourceOf(request.getUrn());
        const response = new UpdateResponse();
        if (request.getPreview()) return withBags(response, { properties: request.bags.news });
        const [olds, news] = [received(request.bags.olds), received(request.bags.news)];
        const { outs } = await lifecycles[kind].update(
          request.getId(),
          omitProvider(olds.properties),
          omitProvider(news.properties),
        );
        return withBags(response, { properties: encoded(outs, secretPaths(outs)) });
      }),
    ),
    delete: unary((request: Request<"delete", DeleteRequest>) =>
      log.about(request.getUrn(), async () => {
        const { kind } = resourceOf(request.getUrn());
        await lifecycles[kind].delete(
          request.getId(),
          omitProvider(received(request.bags.properties).properties),
        );
        return new Empty();
      }),
    ),
    // The engine calls this at the end of each run as well.
    cancel: unary(async () => {
      plugin.cancel();
      return new Empty();
    }),
  };
}

/**
 * A member as the engine takes them in. To import and to `get` are one to the plugin, and the engine keeps apart what is
 * managed. The id that a program does not declare is an output alone.
 */
function managed(found: ReadResult, declared: Properties): ReadResult {
  const { managed: _, ...props } = found.props ?? {};
  const { managed: __, userId, ...inputs } = found.inputs ?? {};
  return {
    id: found.id,
    props,
    inputs: { ...inputs, ...(declared.userId !== undefined && userId !== undefined && { userId }) },
  };
}

const pickSecret = ({ redacted }: Properties) => (redacted === undefined ? {} : { redacted });

function checkResponse(inputs: object, failures: readonly CheckFailure[], secrets: readonly Path[]) {
  const response = new CheckResponse();
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new CheckFailureMessage();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return withBags(response, { inputs: encoded(inputs, secrets) });
}

function unary<Request, Response>(
  answer: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    answer(request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(statusOf(error)),
    );
  };
}
