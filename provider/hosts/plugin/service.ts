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
import { message, received } from "./wire";

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
    checkConfig: unary(async (request: CheckRequest) => {
      const { properties, secrets } = received(request.getNews());
      // A token is a secret, also where the program forgot to say so.
      return checkResponse(properties, settingProblems(properties), [["scimToken"], ...secrets]);
    }),
    diffConfig: unary(async (request: DiffRequest) => {
      const [olds, news] = [received(request.getOlds()).properties, received(request.getNews()).properties];
      const details = propertyChanges(olds, news, new Set([...Object.keys(olds), ...Object.keys(news)]));
      // A provider that is replaced takes its workspace along: everybody would be removed and invited again.
      return diffResponse({ changes: details.length > 0, replaces: [], details });
    }),
    configure: unary(async (request: ConfigureRequest) => {
      plugin.configure(received(request.getArgs()).properties, request.getName() ?? "");
      const response = new ConfigureResponse();
      response.setAcceptsecrets(true);
      return response;
    }),
    check: unary((request: CheckRequest) =>
      log.about(request.getUrn(), async () => {
        const resource = resourceOf(request.getUrn());
        const news = received(request.getNews());
        const { inputs = {}, failures = [] } = await check(
          plugin,
          resource,
          received(request.getOlds()),
          news,
        );
        return checkResponse(inputs, failures, [...news.secrets, ...secretPaths(inputs)]);
      }),
    ),
    diff: unary(
      (request: DiffRequest): Promise<DiffResponse> =>
        log.about(request.getUrn(), async () => {
          const [olds, news] = [received(request.getOlds()), received(request.getNews())];
          const resource = resourceOf(request.getUrn());
          return diffResponse(
            await diff(plugin, resource, request.getId(), olds.properties, news.properties),
          );
        }),
    ),
    create: unary((request: CreateRequest) =>
      log.about(request.getUrn(), async () => {
        const { kind } = resourceOf(request.getUrn());
        const response = new CreateResponse();
        if (request.getPreview()) return response.setProperties(request.getProperties());
        const inputs = omitProvider(received(request.getProperties()).properties);
        const { id, outs } = await lifecycles[kind].create(inputs);
        response.setId(id);
        response.setProperties(message(outs, secretPaths(outs)));
        return response;
      }),
    ),
    read: unary((request: ReadRequest) =>
      log.about(request.getUrn(), async () => {
        const { kind } = resourceOf(request.getUrn());
        const olds = omitProvider(received(request.getProperties()).properties);
        const declared = received(request.getInputs()).properties;
        const found = await lifecycles[kind].read(request.getId(), olds);
        const { id, props = {}, inputs } = kind === "user" ? managed(found, declared) : found;
        const response = new ReadResponse();
        response.setId(id);
        if (id === "") return response;
        response.setProperties(message(props, secretPaths(props)));
        if (inputs !== undefined)
          response.setInputs(message(inputs, secretPaths({ ...inputs, ...pickSecret(props) })));
        return response;
      }),
    ),
    update: unary((request: UpdateRequest) =>
      log.about(request.getUrn(), async () => {
        const { kind } = resourceOf(request.getUrn());
        const response = new UpdateResponse();
        if (request.getPreview()) return response.setProperties(request.getNews());
        const [olds, news] = [received(request.getOlds()), received(request.getNews())];
        const { outs } = await lifecycles[kind].update(
          request.getId(),
          omitProvider(olds.properties),
          omitProvider(news.properties),
        );
        response.setProperties(message(outs, secretPaths(outs)));
        return response;
      }),
    ),
    delete: unary((request: DeleteRequest) =>
      log.about(request.getUrn(), async () => {
        const { kind } = resourceOf(request.getUrn());
        await lifecycles[kind].delete(
          request.getId(),
          omitProvider(received(request.getProperties()).properties),
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

function checkResponse(
  inputs: object,
  failures: readonly CheckFailure[],
  secrets: Parameters<typeof message>[1],
): CheckResponse {
  const response = new CheckResponse();
  response.setInputs(message(inputs, secrets));
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new CheckFailureMessage();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
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
