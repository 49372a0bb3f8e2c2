import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { PartialError } from "../../lifecycle/errors";
import { sanitizeText } from "../../scim/sanitize";
import { secretPaths } from "./secrets";
import { OF_FAILURE, putIn } from "./wire/bags";
import { encoded } from "./wire/properties";

/** Where gRPC looks for more than a sentence. */
const DETAILS = "grpc-status-details-bin";

/** Pure: an error as the engine wants it: of a resource that exists and is not as declared, with what the state keeps. */
export function statusOf(error: unknown): Pick<ServiceError, "code" | "details" | "metadata"> {
  const text = sanitizeText(error instanceof Error ? error.message : String(error));
  const metadata = new Metadata();
  if (error instanceof PartialError) {
    const failed = new ErrorResourceInitFailed();
    failed.setId(error.id);
    const properties = encoded(error.properties, secretPaths(error.properties));
    failed.setReasonsList(error.reasons.map(sanitizeText));
    const packed = new Any();
    packed.pack(
      putIn(failed.serializeBinary(), { properties }, OF_FAILURE),
      "pulumirpc.ErrorResourceInitFailed",
    );
    const whole = new Status();
    whole.setCode(status.UNKNOWN);
    whole.setMessage(text);
    whole.addDetails(packed);
    metadata.add(DETAILS, Buffer.from(whole.serializeBinary()));
  }
  return { code: status.UNKNOWN, details: text, metadata };
}
